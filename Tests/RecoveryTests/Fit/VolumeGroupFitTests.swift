import LinuxSystem
import Recovery
import Testing

@Suite("Logical volumes are made smaller with their disk", .serialized)
struct VolumeGroupFitTests {
    private static let table = "label: gpt\\nsize=64MiB, name=boot\\nname=system, type=lvm\\n"

    private static func ext(_ label: String, mebibytes: Int, keeping: Int) -> String {
        """
        mke2fs -q -t ext4 -L \(label) "$image" >/dev/null; mount "$image" "$in"; mkdir "$in/data"
        for i in $(seq 1 \(mebibytes / 10)); do head -c 10000001 /dev/urandom > "$in/data/$i"; sync "$in/data/$i"; done
        for i in $(seq 1 \((mebibytes - keeping) / 10)); do rm "$in/data/$i"; done; sync; umount "$in"
        """
    }

    /// A group as people have it after some years: full, and one volume in two pieces.
    private func fullGroup() throws -> (VolumeGroupFixture, sums: [String: String]) {
        let fixture = try VolumeGroupFixture(Self.table, mebibytes: 900, partition: 2)
        try fixture.run(
            """
            lvm2 pvcreate -q "$dev" >&2; lvm2 vgcreate -q group2 "$dev" >&2
            for volume in home:100M vm:40M swap:128M root:300M raw:60M; do
                lvm2 lvcreate -q -an -Zn -Wn -n "${volume%:*}" -L "${volume#*:}" group2 >&2
            done
            lvm2 lvextend -q -l +100%FREE group2/home >&2
            """)
        var sums: [String: String] = [:]
        sums["root"] = try fixture.fill("root", Self.ext("root", mebibytes: 240, keeping: 90))
        sums["home"] = try fixture.fill("home", Self.ext("home", mebibytes: 260, keeping: 60))
        _ = try fixture.run(
            """
            image='\(fixture.fit.scratch["volume"])'; truncate -s 128M "$image"; mkswap -q -U \(fixture.fit.swapUUID) -L schwapp "$image"
            volume in swap "$image"; rm "$image"; truncate -s 40M "$image"; printf 'label: dos\\nsize=30M\\n' | sfdisk -q "$image"
            head -c 20000000 /dev/urandom | dd of="$image" bs=1M seek=2 conv=notrunc status=none; volume in vm "$image"
            rm "$image"; head -c 60M /dev/urandom > "$image"; volume in raw "$image"; rm "$image"
            """)
        sums["vm"] = try Self.raw("vm", fixture, fixture.fit.disk)
        sums["raw"] = try Self.raw("raw", fixture, fixture.fit.disk)
        return (fixture, sums)
    }

    private static func raw(_ volume: String, _ fixture: VolumeGroupFixture, _ image: String) throws -> String {
        let file = fixture.fit.scratch["volume"]
        return try fixture.run("volume out \(volume) '\(file)'; sha256sum < '\(file)'; rm '\(file)'", of: image)
    }

    @Test("a full group gives room: ext and swap shrink, also in pieces; what cannot shrink moves, all of it as it was")
    func fullGroupGives() throws {
        let (fixture, sums) = try fullGroup()
        let boot = try fixture.fit.fill(1, keepsAll: true)
        try fixture.fit.capture()
        let target = try fixture.fit.target(740)
        let prepared = try Restore.prepare(fixture.fit.request(target))
        let layout = try #require(prepared.plan.disks[0].layout)
        #expect(layout.map(\.change) == [.kept, .shrunk])
        #expect(layout[1].volumes?.map(\.name).sorted() == ["group2/home", "group2/root", "group2/swap"])
        #expect(prepared.plan.text.contains("group2/home (ext4)"), "\(prepared.plan.text)")
        let report = try prepared.run(confirmations: [target])
        #expect(report.isVerified && report.disks[0].verifiedBytes == 740 << 20)
        #expect(report.adapted.contains { $0.reason.contains("group2/swap (swap): made anew, 134217728 bytes became") })
        try fixture.fit.judgeTable(target)
        #expect(try fixture.fit.judge(1, of: target) == boot)
        #expect(try fixture.identities(target) == fixture.identities(fixture.fit.disk))
        #expect(try fixture.pieces(of: "home", fixture.fit.disk) == 2 && fixture.pieces(of: "home", target) == 2)
        let (old, new) = (try fixture.sizes(fixture.fit.disk), try fixture.sizes(target))
        #expect(new["vm"] == old["vm"] && new["raw"] == old["raw"])
        for name in ["home", "root", "swap"] { #expect(new[name, default: 0] < old[name, default: 0], "\(new)") }
        for name in ["home", "root"] {
            #expect(try fixture.judge(name, of: target, check: #"e2fsck -fn "$image""#) == sums[name], "\(name)")
        }
        for name in ["vm", "raw"] { #expect(try Self.raw(name, fixture, target) == sums[name], "\(name)") }
        let file = fixture.fit.scratch["volume"]
        let swap = try fixture.run(
            "volume out swap '\(file)'; blkid -p -o export '\(file)'; rm '\(file)'", of: target)
        #expect(swap.contains("UUID=\(fixture.fit.swapUUID)") && swap.contains("LABEL=schwapp"), "\(swap)")
        #expect(try fixture.fit.leftovers().isEmpty)
    }

    @Test("what does not fit is refused, and the volumes that keep their size are named")
    func tooSmall() throws {
        let (fixture, _) = try fullGroup()
        try fixture.fit.capture()
        let error = try fixture.fit.refusal(fixture.fit.target(360))
        #expect(error.message.contains("vm (a disk with partitions, 41943040 bytes)"), "\(error)")
        #expect(error.message.contains("raw (unknown, 62914560 bytes) keep their size"), "\(error)")
    }

    @Test("a volume that its checker refuses keeps its size, and others give the room; free extents go first")
    func damaged() throws {
        let fixture = try VolumeGroupFixture(Self.table, mebibytes: 700, partition: 2)
        _ = try fixture.fit.fill(1, keepsAll: true)
        try fixture.run(
            """
            lvm2 pvcreate -q "$dev" >&2; lvm2 vgcreate -q group2 "$dev" >&2
            for volume in bad:60M root:300M; do
                lvm2 lvcreate -q -an -Zn -Wn -n "${volume%:*}" -L "${volume#*:}" group2 >&2
            done
            """)
        let root = try fixture.fill("root", Self.ext("root", mebibytes: 200, keeping: 60))
        // Nobody mends this one unasked: it has lost its root directory.
        try fixture.run(
            """
            image='\(fixture.fit.scratch["volume"])'; truncate -s 60M "$image"; mke2fs -q -t ext4 "$image" >/dev/null
            debugfs -w -R 'clri <2>' "$image" >/dev/null 2>&1; if e2fsck -f -p "$image" >&2; then exit 1; fi
            volume in bad "$image"; rm "$image"
            """)
        let bad = try Self.raw("bad", fixture, fixture.fit.disk)
        try fixture.fit.capture()
        let free = try Restore.prepare(fixture.fit.request(fixture.fit.target(460)))
        #expect(free.plan.disks[0].layout?.map(\.volumes) == [nil, nil])
        let target = try fixture.fit.target(400, "smaller.img")
        let prepared = try Restore.prepare(fixture.fit.request(target))
        #expect(prepared.plan.disks[0].layout?[1].volumes?.map(\.name) == ["group2/root"])
        _ = try prepared.run(confirmations: [target])
        #expect(try fixture.identities(target) == fixture.identities(fixture.fit.disk))
        #expect(try fixture.judge("root", of: target, check: #"e2fsck -fn "$image""#) == root)
        #expect(try Self.raw("bad", fixture, target) == bad)
        let refusal = try fixture.fit.refusal(fixture.fit.target(200, "least.img"))
        #expect(refusal.message.contains("Cannot make group2/bad (ext4) smaller: e2fsck"), "\(refusal)")
    }

    @Test("what looks like a signature where the physical volume ends now is not wiped by lvm")
    func signature() throws {
        let fixture = try VolumeGroupFixture(Self.table, mebibytes: 300, partition: 2)
        let file = fixture.fit.scratch["volume"]
        // Of DRBD, 4096 bytes before the end.
        try fixture.run(
            """
            lvm2 pvcreate -q "$dev" >&2; lvm2 vgcreate -q group2 "$dev" >&2
            lvm2 lvcreate -q -an -Zn -Wn -n mirrored -L 100M group2 >&2
            truncate -s 100M '\(file)'
            printf '\\203\\164\\002\\153' | dd of='\(file)' bs=1 seek=$((104857600 - 4096 + 28)) conv=notrunc status=none
            volume in mirrored '\(file)'; rm '\(file)'
            """)
        let sum = try Self.raw("mirrored", fixture, fixture.fit.disk)
        try fixture.fit.capture()
        let target = try fixture.fit.target(167)
        try fixture.fit.restore(to: target)
        #expect(try fixture.fit.place(2, of: target).length == 101 << 20)
        #expect(try fixture.identities(target) == fixture.identities(fixture.fit.disk))
        #expect(try Self.raw("mirrored", fixture, target) == sum)
    }

    @Test("an xfs in a logical volume is copied, where the others cannot give the room, and only there")
    func xfs() throws {
        let fixture = try VolumeGroupFixture(Self.table, mebibytes: 900, partition: 2)
        _ = try fixture.fit.fill(1, keepsAll: true)
        try fixture.run(
            """
            lvm2 pvcreate -q "$dev" >&2; lvm2 vgcreate -q group2 "$dev" >&2
            lvm2 lvcreate -q -an -Zn -Wn -n other -L 100M group2 >&2; lvm2 lvcreate -q -an -Zn -Wn -n root -L 500M group2 >&2
            lvm2 lvcreate -q -an -Zn -Wn -n swap -L 128M group2 >&2; lvm2 lvextend -q -l +100%FREE group2/root >&2
            """)
        try fixture.run(
            """
            image='\(fixture.fit.scratch["volume"])'; truncate -s 128M "$image"; mkswap -q "$image"; volume in swap "$image"; rm "$image"
            """)
        let other = try fixture.fill("other", Self.ext("other", mebibytes: 60, keeping: 60))
        let census =
            #"(cd "$dir"; find . -printf '%p %y %m %T@ %l\n' | LC_ALL=C sort; find . -type f -print0 | sort -z | xargs -0 sha256sum)"#
        let sums = try fixture.fill(
            "root",
            """
            mkfs.xfs -q -m uuid=\(fixture.fit.uuid) -L system "$image"; mount -o nouuid "$image" "$in"; mkdir "$in/data"
            for i in $(seq 1 30); do head -c 10000001 /dev/urandom > "$in/data/$i"; done; rm "$in"/data/1?; ln -s 3 "$in/data/link"
            sync; umount "$in"
            """, census: census)
        try fixture.fit.capture()
        let larger = try Restore.prepare(fixture.fit.request(fixture.fit.target(860, "larger.img")))
        #expect(larger.plan.disks[0].layout?[1].volumes?.map(\.name) == ["group2/swap"])
        let target = try fixture.fit.target(700)
        let prepared = try Restore.prepare(fixture.fit.request(target))
        #expect(prepared.plan.disks[0].layout?[1].volumes?.first { $0.name == "group2/root" }?.change == .copied)
        #expect(prepared.plan.warnings.contains { $0.contains("group2/root (xfs)") && $0.contains("same UUID") })
        _ = try prepared.run(confirmations: [target])
        #expect(try fixture.identities(target) == fixture.identities(fixture.fit.disk))
        #expect(try fixture.judge("other", of: target, check: #"e2fsck -fn "$image""#) == other)
        let uuid = "UUID=\(fixture.fit.uuid)"
        let check = "xfs_repair -n \"$image\" 2>/dev/null; blkid -p -o export \"$image\" | grep \(uuid)"
        let now = try fixture.judge("root", of: target, check: check, options: "-o ro,nouuid", census: census)
        #expect(now == sums)
    }

    @Test("a group that lies on another disk as well keeps its size, and the refusal says why")
    func twoDisks() throws {
        let fixture = try VolumeGroupFixture(Self.table, mebibytes: 300, partition: 2)
        let second = fixture.fit.scratch["second.img"]
        try fixture.run(
            """
            truncate -s 100M '\(second)'; other=$(losetup -f --show '\(second)'); first=$dev; dev="($dev|$other)"
            lvm2 pvcreate -q "$first" "$other" >&2; lvm2 vgcreate -q group2 "$first" "$other" >&2; losetup -d "$other"; dev=$first
            """)
        try fixture.fit.capture()
        let error = try fixture.fit.refusal(fixture.fit.target(200))
        #expect(error.message.contains("LVM: its volume group lies on several physical volumes"), "\(error)")
    }
}
