import BlockDevices
import Buffers
import LinuxSystem
import Recovery
import Repository
import Testing

@Suite("Several disks are put onto one", .serialized)
struct CombineTests {
    private static let esp = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
    private static let lvm = "E6D6D379-F507-44C2-A23C-238F2A3DF928"
    private static let system = """
        label: gpt\\nsize=1MiB, type=21686148-6449-6E6F-744E-656564454649, name=boot\\nsize=24MiB, name=root\\n
        """

    @Test("partitions keep bytes, sizes, types, GUIDs, names; disks without a table become partitions of their size")
    func gpt() throws {
        let data = "label: gpt\\nsize=40MiB, type=\(Self.esp), name=ESP\\nsize=17MiB, name=data\\n"
        let fixture = try CombineFixture([(Self.system, 40), (data, 64), (nil, 18), (nil, 16)])
        try fixture.makeExt(2, of: 0, label: "root")
        try fixture.on(1, of: fixture.disks[1], "mkfs.vfat -F 32 -s 1 -h 2048 \"$dev\" >/dev/null")
        try fixture.makeExt(2, of: 1, label: "data")
        try fixture.makeExt(0, of: 2, label: "srv")
        try Self.makePhysicalVolume(fixture, 3)
        try GrowthFixture.run(
            "head -c 900000 /dev/urandom | dd of='\(fixture.disks[0])' bs=1M seek=1 conv=notrunc status=none")
        try fixture.capture()
        let target = try fixture.target(300 << 20)
        let prepared = try Restore.prepare(fixture.request(target))
        #expect(prepared.plan.disks.count == 1 && prepared.plan.disks[0].others?.map(\.number) == [1, 2, 3])
        #expect(prepared.plan.text.contains("1.2") && prepared.plan.text.contains("moved, becomes 4"))
        let report = try prepared.run(confirmations: [target])
        #expect(report.isVerified && report.disks[0].verifiedBytes == 300 << 20)
        try fixture.judgeTable(target)
        try GrowthFixture.run("cmp -n 446 '\(fixture.disks[0])' '\(target)'")
        let (start, _) = try fixture.place(1, of: target)
        #expect(start == 1 << 20)
        let places = [(1, 1, 0), (2, 2, 0), (4, 2, 1), (5, 0, 2), (6, 0, 3)]
        for (number, partition, disk) in places {
            try fixture.judge(number, of: target, is: partition, of: disk)
            if partition > 0 {
                let was = try fixture.identity(partition, of: fixture.disks[disk])
                #expect(try fixture.identity(number, of: target) == was)
            }
        }
        // The FAT's boot sector and its copy say where it begins now; everything else of it is as it was.
        try fixture.judge(3, of: target, is: 1, of: 1, skipping: 7 * 512)
        let esp = try fixture.place(3, of: target).offset / 512
        let fields = try fixture.on(
            3, of: target,
            #"fsck.vfat -n "$dev" >&2; for at in 28 3100; do dd if="$dev" bs=1 skip=$at count=4 status=none | od -An -tu4; done"#
        )
        #expect(fields.split(whereSeparator: \.isWhitespace).map(String.init) == ["\(esp)", "\(esp)"])
        for (number, label) in [(2, "root"), (4, "data"), (5, "srv")] {
            let said = try fixture.on(number, of: target, #"e2fsck -fn "$dev" >&2; blkid -p -s LABEL -o value "$dev""#)
            #expect(said.contains(label))
        }
        #expect(try fixture.on(6, of: target, #"blkid -p -s TYPE -o value "$dev""#).contains("LVM2_member"))
        #expect(try fixture.identity(6, of: target).contains(Self.lvm))
        #expect(report.warnings.contains("disk 3 had no partitions: it becomes partition 6"))
        // Once more: everything is right already.
        let again = try fixture.restore(to: target)
        #expect(again.comparedFirst && again.disks[0].alreadyRightBytes > 0)
        try fixture.judgeTable(target)
    }

    @Test("an MBR takes primary partitions while it has entries and logical ones then")
    func mbr() throws {
        let boot = "label: dos\\nsize=20MiB, type=83, bootable\\nsize=16MiB, type=82\\n"
        let data = "label: gpt\\nsize=18MiB\\nsize=16MiB, type=\(Self.lvm)\\nsize=17MiB\\n"
        let fixture = try CombineFixture([(boot, 40), (data, 60)])
        for partition in 1...3 { try fixture.makeExt(partition, of: 1, label: "data\(partition)") }
        try fixture.makeExt(1, of: 0, label: "root")
        try fixture.capture()
        let target = try fixture.target(120 << 20)
        let report = try fixture.restore(to: target)
        try fixture.judgeTable(target)
        for (number, partition, disk) in [(1, 1, 0), (2, 2, 0), (3, 1, 1), (5, 2, 1), (6, 3, 1)] {
            try fixture.judge(number, of: target, is: partition, of: disk)
        }
        #expect(try fixture.identity(1, of: target).contains("bootable"))
        #expect(try fixture.identity(5, of: target).contains("type=8e"))
        try GrowthFixture.run("cmp -n 446 '\(fixture.disks[0])' '\(target)'")
        let parted = try GrowthFixture.run("parted -sm '\(target)' unit s print")
        #expect(parted.contains("\n6:") && parted.contains("\n4:"), "\(parted)")
        #expect(report.warnings.contains { $0.contains("its PARTUUID") })
    }

    @Test("where no disk has a table a GPT is made; an image that is made is as long as it must be")
    func newTable() throws {
        let fixture = try CombineFixture([(nil, 20), (nil, 18), (nil, 12)])
        try fixture.makeExt(0, of: 0, label: "one")
        try fixture.makeExt(0, of: 1, label: "two")
        try fixture.capture()
        let target = fixture.scratch["target.img"]
        let report = try fixture.restore(to: target)
        try fixture.judgeTable(target)
        try fixture.judge(1, of: target, is: 0, of: 0)
        try fixture.judge(2, of: target, is: 0, of: 1)
        #expect(try Files.status(target)?.sizeInBytes == 40 << 20)
        #expect(report.warnings.contains("nothing lies on disk 2: it takes no room on the target"))
        // A MiB before the first, and one for the backup of the table.
        let short = try fixture.target(39 << 20)
        let error = try fixture.refusal(short)
        #expect(error.reason == .targetTooSmall)
        #expect(error.message.contains("\((33 * 512) as Int) bytes are missing"), "\(error)")
    }

    @Test("a member of an md array whose superblock lies at its end is found as a partition")
    func superblockAtTheEnd() throws {
        let fixture = try CombineFixture([(Self.system, 40), (nil, 20)])
        try fixture.makeExt(2, of: 0, label: "root")
        // Version 1.0: at the last multiple of 4 KiB that is at least 8 KiB before the end (the kernel's md.c).
        let offset = UInt64((20 << 20) - 8192)
        try FileDescriptor(fixture.disks[1], [.write]).write(Self.superblock(at: offset), at: offset)
        try GrowthFixture.run(
            "head -c 300000 /dev/urandom | dd of='\(fixture.disks[1])' bs=1M seek=1 conv=notrunc status=none")
        try #require(
            try GrowthFixture.run("blkid -p -s TYPE -o value '\(fixture.disks[1])'").contains("linux_raid_member"))
        try fixture.capture()
        let target = try fixture.target(100 << 20)
        try fixture.restore(to: target)
        try fixture.judge(3, of: target, is: 0, of: 1)
        #expect(
            try fixture.on(3, of: target, #"blkid -p -s TYPE -o value "$dev""#).contains("linux_raid_member"))
        #expect(try fixture.identity(3, of: target).contains("A19D880F-05FC-4D3B-A006-743F0F84911E"))
    }

    @Test("of two partitions with one GUID the later one gets another, and the plan says so")
    func clonedTable() throws {
        let fixture = try CombineFixture([(Self.system, 40), (Self.system, 40)])
        try fixture.makeExt(2, of: 0, label: "root")
        try fixture.makeExt(2, of: 1, label: "copy")
        try GrowthFixture.run("sfdisk -d '\(fixture.disks[0])' | sfdisk -q '\(fixture.disks[1])'")
        #expect(try fixture.identity(2, of: fixture.disks[0]) == fixture.identity(2, of: fixture.disks[1]))
        try fixture.capture()
        let target = try fixture.target(90 << 20)
        let report = try fixture.restore(to: target, order: [1, 0])
        try fixture.judgeTable(target)
        try fixture.judge(2, of: target, is: 2, of: 1)
        try fixture.judge(4, of: target, is: 2, of: 0)
        #expect(try fixture.identity(2, of: target) != fixture.identity(4, of: target))
        #expect(report.warnings.contains { $0.contains("partition 2 of disk 0 becomes partition 4, and its PARTUUID") })
    }

    /// As libblkid checks it: magic, version, its own place, the checksum of the kernel's `calc_sb_1_csum`.
    private static func superblock(at offset: UInt64) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        bytes.setLittleEndian(UInt32(0xa92b_4efc), at: 0)
        bytes.setLittleEndian(UInt32(1), at: 4)
        bytes.replaceSubrange(16..<32, with: (1...16).map { UInt8($0) })
        bytes.replaceSubrange(32..<39, with: Array("web01:0".utf8))
        bytes.setLittleEndian(UInt32(1), at: 72)
        bytes.setLittleEndian(UInt32(2), at: 92)
        bytes.setLittleEndian(offset / 512, at: 144)
        bytes.setLittleEndian(UInt32(2), at: 220)
        let sum = stride(from: 0, to: 260, by: 4).reduce(UInt64(0)) {
            $0 + UInt64(bytes.littleEndian(UInt32.self, at: $1))
        }
        bytes.setLittleEndian(UInt32(truncatingIfNeeded: sum) &+ UInt32(sum >> 32), at: 216)
        return bytes
    }

    private static func makePhysicalVolume(_ fixture: CombineFixture, _ disk: Int) throws {
        try fixture.on(
            0, of: fixture.disks[disk],
            """
            exec 2> >(grep -v leaked >&2)
            pvcreate -q --config "devices{use_devicesfile=0 filter=[\\"a|^$dev\\$|\\",\\"r|.*|\\"]} backup{backup=0 archive=0}" "$dev" >&2
            """)
    }
}
