import BlockDevices
import LinuxSystem
import Recovery
import Repository
import Testing

@Suite("Disks are fitted to smaller ones", .serialized)
struct FitTests {
    static let gpt = """
        label: gpt\\nsize=1MiB, type=21686148-6449-6E6F-744E-656564454649, name=boot\\n\
        size=600MiB, name=root\\nsize=96MiB, type=0657FD6D-A4AB-43C4-84E5-0933C84B4F4F, name=swap\\n
        """
    static let mbr =
        "label: dos\\nsize=600MiB, type=83, bootable\\ntype=5\\nsize=40MiB, type=83\\nsize=96MiB, type=82\\n"

    @Test("ext4 is shrunk, swap made anew with its names, every file and every name of the table stays")
    func gptDisk() throws {
        let fixture = try FitFixture(Self.gpt, mebibytes: 800)
        let sums = try fixture.fill(2)
        try fixture.makeSwap(3)
        try GrowthFixture.run(
            "head -c 300000 /dev/urandom | dd of='\(fixture.disk)' bs=1M seek=1 conv=notrunc status=none")
        try fixture.capture()
        let target = try fixture.target(534)
        let report = try fixture.restore(to: target)
        #expect(report.isVerified && report.disks[0].verifiedBytes == 534 << 20)
        let root = try fixture.place(2, of: target)
        #expect(try fixture.lastByte(2) > root.length, "nothing had to move")
        try fixture.judgeTable(target)
        #expect(try fixture.judge(2, of: target) == sums)
        try fixture.judgeSwap(3, of: target)
        #expect(try fixture.identities(target) == fixture.identities(fixture.disk))
        let boot = "dd bs=1M skip=1 count=1 status=none | sha256sum"
        #expect(
            try GrowthFixture.run("< '\(target)' \(boot)") == GrowthFixture.run("< '\(fixture.disk)' \(boot)"))
        #expect(report.adapted.contains { $0.reason.contains("partition 3 (swap): made anew") })
        #expect(try fixture.leftovers().isEmpty)
    }

    @Test("logical partitions of an MBR move with their chain")
    func mbrDisk() throws {
        let fixture = try FitFixture(Self.mbr, mebibytes: 780)
        let sums = try fixture.fill(1)
        let small = try fixture.on(
            5, of: fixture.disk,
            #"mke2fs -q -t ext2 "$dev" >/dev/null; mount "$dev" "$dir"; head -c 9999999 /dev/urandom > "$dir/x"; sync; "#
                + GrowthFixture.sums)
        try fixture.makeSwap(6)
        try fixture.capture()
        let target = try fixture.target(520)
        try fixture.restore(to: target)
        try fixture.judgeTable(target)
        #expect(try fixture.judge(1, of: target) == sums)
        #expect(try fixture.judge(5, of: target) == small)
        try fixture.judgeSwap(6, of: target)
        #expect(try fixture.identities(target) == fixture.identities(fixture.disk))
        let parted = try GrowthFixture.run("parted -sm '\(target)' unit s print")
        #expect(parted.contains("6:") && parted.contains("linux-swap"), "\(parted)")
    }

    @Test("what only has to move is moved as it is: a FAT knows its new place, and nothing is shrunk")
    func moved() throws {
        let fixture = try FitFixture(
            "label: gpt\\nsize=64MiB, name=one\\nstart=300MiB, size=40MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B\\n",
            mebibytes: 400)
        let sums = try fixture.fill(1, keepsAll: true)
        let (start, _) = try fixture.place(2, of: fixture.disk)
        try fixture.on(
            2, of: fixture.disk,
            "mkfs.vfat -F 32 -h \(start / 512) \"$dev\" >/dev/null; head -c 5000000 /dev/urandom > '\(fixture.scratch["f"])'; "
                + "mcopy -i \"$dev\" '\(fixture.scratch["f"])' ::file")
        try fixture.capture()
        let target = try fixture.target(260)
        let prepared = try Restore.prepare(fixture.request(target))
        #expect(prepared.plan.disks[0].layout?.map(\.change) == [.kept, .moved])
        _ = try prepared.run(confirmations: [target])
        try fixture.judgeTable(target)
        #expect(try fixture.judge(1, of: target) == sums)
        let hidden = try fixture.on(
            2, of: target,
            """
            fsck.vfat -n "$dev" >&2; mcopy -n -i "$dev" ::file '\(fixture.scratch["g"])'; cmp '\(fixture.scratch["f"])' '\(fixture.scratch["g"])'
            for at in 28 3100; do dd if="$dev" bs=1 skip=$at count=4 status=none | od -An -tu4; done
            """)
        let now = try fixture.place(2, of: target).offset / 512
        #expect(hidden.split(whereSeparator: \.isWhitespace).map(String.init) == ["\(now)", "\(now)"])
    }

    @Test("NTFS on a GPT knows its new place, also in the copy of its boot sector")
    func movedNTFS() throws {
        let fixture = try FitFixture(
            "label: gpt\\nsize=64MiB\\nstart=300MiB, size=40MiB, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\\n",
            mebibytes: 400)
        try fixture.makeNTFS(2)
        try fixture.capture()
        let target = try fixture.target(260)
        try fixture.restore(to: target)
        let (offset, length) = try fixture.place(2, of: target)
        let fields = try fixture.on(
            2, of: target,
            """
            ntfsfix -n "$dev" >&2
            for at in 28 \(length - 512 + 28); do dd if="$dev" bs=1 skip=$at count=4 status=none | od -An -tu4; done
            """)
        let now = "\(offset / 512)"
        #expect(fields.split(whereSeparator: \.isWhitespace).map(String.init) == [now, now])
        #expect(offset < 300 << 20)
    }

    @Test("an LVM physical volume gives what is free in it first, and its volumes stay as they are")
    func physicalVolume() throws {
        let fixture = try FitFixture("label: gpt\\nsize=64MiB\\nsize=400MiB, type=lvm\\n", mebibytes: 480)
        let boot = try fixture.fill(1, keepsAll: true)
        let sums = try fixture.makeGroup(2, mebibytes: 200)
        try fixture.capture()
        let target = try fixture.target(320)
        let prepared = try Restore.prepare(fixture.request(target))
        #expect(prepared.plan.disks[0].layout?.map(\.volumes) == [nil, nil])
        let report = try prepared.run(confirmations: [target])
        #expect(report.adapted.contains { $0.reason.contains("(LVM): shrunk") }, "\(report.adapted)")
        try fixture.judgeTable(target)
        #expect(try fixture.judge(1, of: target) == boot)
        #expect(try fixture.judgeGroup(2, of: target) == sums)
        let small = try fixture.refusal(fixture.target(200, "small.img"))
        #expect(small.message.contains("its partitions need at least"), "\(small)")
    }

    @Test("a file system that does not fill its partition is not changed but checked")
    func partlyFilled() throws {
        let fixture = try FitFixture("label: gpt\\nsize=300MiB\\n", mebibytes: 320)
        let sums = try fixture.on(
            1, of: fixture.disk,
            #"mke2fs -q -t ext4 "$dev" 100M; mount "$dev" "$dir"; head -c 9999999 /dev/urandom > "$dir/x"; sync; "#
                + GrowthFixture.sums)
        try fixture.capture()
        let target = try fixture.target(200)
        try fixture.restore(to: target)
        try fixture.judgeTable(target)
        #expect(try fixture.judge(1, of: target) == sums)
        let blocks = try fixture.on(1, of: target, #"dumpe2fs -h "$dev" 2>/dev/null | sed -n 's/^Block count: *//p'"#)
        #expect(blocks == "25600\n" || blocks == "102400\n", "\(blocks)")
    }

    @Test("captured while it was mounted, the journal is replayed on the overlay")
    func live() throws {
        let fixture = try FitFixture("label: gpt\\nsize=600MiB\\n", mebibytes: 620)
        _ = try fixture.fill(1)
        let sums = try fixture.leaveMounted(1)
        try fixture.capture()
        let target = try fixture.target(414)
        try fixture.restore(to: target)
        #expect(try fixture.judge(1, of: target) == sums)
    }

    @Test("a restore that was interrupted is continued, and only what is missing is written")
    func interrupted() throws {
        let fixture = try FitFixture(Self.gpt, mebibytes: 800)
        let sums = try fixture.fill(2)
        try fixture.makeSwap(3)
        try fixture.capture()
        let target = try fixture.target(534)
        var request = try fixture.request(target)
        let looks = Looks()
        // Not before the targets are written: the threads of the engine ask hundreds of times.
        request.isInterrupted = { looks.next() > 120 }
        let prepared = try Restore.prepare(request)
        let error = try #require(throws: RecoveryError.self) { _ = try prepared.run(confirmations: [target]) }
        #expect(error.code == .interrupted && error.wroteAnything, "\(error)")
        // But for the note of what is being restored.
        #expect(try GrowthFixture.run("head -c 16 '\(target)'") == "LIFEBOAT-RESTORE")
        let head = try GrowthFixture.run("head -c 1048576 '\(target)' | tail -c +4097 | tr -d '\\0' | wc -c")
        #expect(head == "0\n", "an interrupted restore has a partition table")
        #expect(try GrowthFixture.run("wipefs --noheadings '\(target)'") == "")
        let report = try fixture.restore(to: target)
        #expect(report.disks[0].alreadyRightBytes > 0, "nothing of the first run was of use")
        try fixture.judgeTable(target)
        #expect(try fixture.judge(2, of: target) == sums)
        try fixture.judgeSwap(3, of: target)
    }
}
