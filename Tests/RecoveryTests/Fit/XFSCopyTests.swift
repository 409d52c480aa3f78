import LinuxSystem
import Recovery
import Testing

@Suite("The files of an xfs are copied into a smaller one", .serialized)
struct XFSCopyTests {
    /// All that a file system tells of its files, but where they lie and when that changed.
    private static let census = """
        (cd "$dir"; find . -mindepth 1 ! -name . -printf '%P\\t%y\\t%m\\t%U:%G\\t%n\\t%T@\\t%l\\t' \\( -type d -printf '\\n' -o -printf '%s\\n' \\) | LC_ALL=C sort
        find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; find . -print0 | LC_ALL=C sort -z | xargs -0 getfattr -h -d -m - -e hex
        find . -print0 | LC_ALL=C sort -z | xargs -0 -n 1 sh -c 'test -d "$1" -o -f "$1" && test ! -h "$1" && lsattr -dp "$1" || true' x | sed 's/-e-/---/'
        find . \\( -type b -o -type c \\) -exec stat -c '%n %t %T' {} +)
        """

    /// One of everything that a file can be.
    private static let oddities = """
        mkdir -p odd/deep/er; echo text > odd/plain; ln odd/plain odd/second; ln -s /nowhere odd/link; mkfifo odd/pipe
        mknod odd/null c 1 3; mknod odd/disk b 8 1; chown 1001:1002 odd/deep; chmod 2711 odd/deep; chmod 4755 odd/plain
        touch -h -d '2001-02-03 04:05:06.789' odd/link; truncate -s 50M odd/sparse; echo end >> odd/sparse
        fallocate -l 20M odd/swapfile; setfattr -n user.note -v hello odd/plain; setfattr -n trusted.secret -v x odd/deep
        setfattr -n security.selinux -v system_u:object_r:etc_t:s0 odd/plain; setfattr -h -n security.selinux -v link_t odd/link
        setcap cap_net_raw+ep odd/second; cp odd/plain odd/capable; setcap cap_net_raw+ep odd/capable; fallocate --keep-size -l 4M odd/capable; setfacl -m u:1005:rw odd/plain; setfacl -d -m g:77:r odd/deep
        echo odd > "$(printf 'odd/\\377name')"; : > odd/empty; echo kept > odd/immutable; chattr +i odd/immutable; chattr +a odd/deep/er
        for i in $(seq 1 50); do cp data/2 odd/license$i; truncate -s 20000 odd/license$i; done
        head -c 30000000 /dev/zero | tr '\\0' '\\377' > odd/ones; cp data/3 odd/same; cp --reflink=always data/4 odd/shared
        chattr -p 42 odd/plain; chattr +A odd/empty; touch -d '1999-01-01' odd/deep
        """

    private func fill(_ fixture: FitFixture, _ options: String = "", _ more: String = ":") throws -> String {
        try fixture.on(
            1, of: fixture.disk,
            """
            mkfs.xfs -q -m uuid=\(fixture.uuid) -L root \(options) "$dev"; mount -o nouuid "$dev" "$dir"; cd "$dir"; mkdir data
            for i in $(seq 1 40); do head -c 10000001 /dev/urandom > data/$i; done
            for i in $(seq 1 300); do mkdir -p "tree/$i"; head -c $((i * 50)) /dev/urandom > "tree/$i/small"; ln -s small "tree/$i/link"; done
            rm data/[12]?; \(more); sync; cd /; \(Self.census)
            """)
    }

    private func judge(_ fixture: FitFixture, _ target: String) throws -> String {
        try fixture.on(
            1, of: target,
            """
            xfs_repair -n "$dev" >&2 2>/dev/null; blkid -p -o export "$dev" | grep -e ^UUID=\(fixture.uuid) -e ^LABEL=root >&2
            mount -o ro,nouuid "$dev" "$dir"; \(Self.census)
            """)
    }

    @Test("every file, with its links, owners, times, attributes, flags, holes and reserved room")
    func everything() throws {
        let fixture = try FitFixture("label: gpt\\nsize=900MiB, name=root\\nsize=64MiB, name=end\\n", mebibytes: 980)
        let census = try fill(fixture, "", Self.oddities)
        let end = try fixture.on(2, of: fixture.disk, #"mke2fs -q -t ext4 "$dev"; e2label "$dev" end; e2label "$dev""#)
        try fixture.capture()
        let target = try fixture.target(560)
        // What lies in the files has no room in it: that is fetched from the moment.
        let small = fixture.scratch["small"]
        try GrowthFixture.run("mkdir '\(small)'; mount -t tmpfs -o size=100M tmpfs '\(small)'")
        defer { #expect(throws: Never.self) { try GrowthFixture.run("umount '\(small)'") } }
        var request = try fixture.request(target)
        request.fit = FitScratch(directory: small)
        let prepared = try Restore.prepare(request)
        #expect(prepared.plan.disks[0].layout?.map(\.change) == [.copied, .moved])
        let warning = try #require(prepared.plan.warnings.first { $0.contains("xfs") })
        #expect(warning.contains("copied into a new one with the same UUID"), "\(warning)")
        let report = try prepared.run(confirmations: [target])
        #expect(report.isVerified && report.disks[0].verifiedBytes == 560 << 20)
        try fixture.judgeTable(target)
        let now = try judge(fixture, target)
        #expect(now == census)
        #expect(try fixture.on(2, of: target, #"e2label "$dev""#) == end)
        let holes = #"mount -o ro,nouuid "$dev" "$dir"; cd "$dir"; stat -c %b odd/sparse odd/swapfile; cd /"#
        let blocks = try fixture.on(1, of: target, holes).split(separator: "\n").compactMap { Int($0) }
        #expect(blocks.count == 2 && blocks[0] < 100 && blocks[1] * 512 >= 20 << 20, "\(blocks)")
        #expect(try Files.names(in: small).isEmpty)
        let mounted = try GrowthFixture.run("grep -c /run/lifeboat/new- /proc/mounts || true")
        #expect(mounted == "0\n")
    }

    @Test(
        "features are those of the old one: what its kernel and its boot loader do not know it does not get",
        arguments: [
            "-m bigtime=0,inobtcount=0,reflink=0",
            "-m rmapbt=1 -i size=1024,nrext64=1 -n size=8192 -s size=4096",
        ])
    func features(options: String) throws {
        let fixture = try FitFixture("label: gpt\\nsize=700MiB\\n", mebibytes: 710)
        let census = try fill(fixture, options)
        try fixture.capture()
        let target = try fixture.target(560)
        try fixture.restore(to: target)
        #expect(try judge(fixture, target) == census)
        let version = #"xfs_db -r -c version -c 'sb 0' -c 'p sectsize inodesize dirblklog' "$dev""#
        #expect(try fixture.on(1, of: target, version) == fixture.on(1, of: fixture.disk, version))
    }

    @Test("captured while it was mounted, its log is replayed before")
    func live() throws {
        let fixture = try FitFixture("label: gpt\\nsize=700MiB\\n", mebibytes: 710)
        _ = try fill(fixture)
        let census = try fixture.leaveMounted(1, options: "-o nouuid", census: Self.census)
        try fixture.capture()
        let target = try fixture.target(560)
        try fixture.restore(to: target)
        #expect(try judge(fixture, target) == census)
    }

    @Test(
        "where others give the room an xfs is only moved, whatever it is like", arguments: ["", "-b size=1024"])
    func others(options: String) throws {
        let fixture = try FitFixture("label: gpt\\nsize=600MiB\\nsize=340MiB\\n", mebibytes: 960)
        let sums = try fixture.fill(1)
        let label = #"xfs_admin -l "$dev""#
        let end = try fixture.on(2, of: fixture.disk, "mkfs.xfs -q -L end \(options) \"$dev\"; \(label)")
        try fixture.capture()
        let target = try fixture.target(800)
        let prepared = try Restore.prepare(fixture.request(target))
        #expect(prepared.plan.disks[0].layout?.map(\.change) == [.shrunk, .moved])
        #expect(!prepared.plan.warnings.contains { $0.contains("xfs") })
        _ = try prepared.run(confirmations: [target])
        #expect(try fixture.judge(1, of: target) == sums)
        #expect(try fixture.on(2, of: target, "xfs_repair -n \"$dev\" >&2 2>/dev/null; \(label)") == end)
    }

    @Test("files that share their blocks and do not fit apart are refused in words, and nothing is written")
    func shared() throws {
        let fixture = try FitFixture("label: gpt\\nsize=900MiB\\n", mebibytes: 910)
        _ = try fill(
            fixture, "", "head -c 200000000 /dev/urandom > big; for i in 1 2; do cp --reflink=always big big$i; done")
        try fixture.capture()
        let error = try fixture.refusal(fixture.target(760))
        #expect(error.message.contains("where files shared blocks, each needs its own now"), "\(error)")
    }

    @Test("one that is too full says what it needs")
    func full() throws {
        let fixture = try FitFixture("label: gpt\\nsize=900MiB\\n", mebibytes: 910)
        _ = try fill(fixture, "", "head -c 600000000 /dev/urandom > big")
        try fixture.capture()
        let error = try fixture.refusal(fixture.target(700))
        #expect(error.reason == .targetTooSmall && error.message.contains("at least"), "\(error)")
    }

    @Test("one whose blocks do not have 4096 bytes is refused in words")
    func blocks() throws {
        let fixture = try FitFixture("label: gpt\\nsize=700MiB\\n", mebibytes: 710)
        _ = try fill(fixture, "-b size=1024")
        try fixture.capture()
        let error = try fixture.refusal(fixture.target(560))
        #expect(error.message.contains("its blocks have 1024 bytes"), "\(error)")
    }
}
