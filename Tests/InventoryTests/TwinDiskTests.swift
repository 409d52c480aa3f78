import BlockDevices
import Inventory
import Testing

@Suite("Other disks that have the restored disks' identities")
struct TwinDiskTests {
    /// GPT with an ESP, ext4, LUKS, LVM and a member of an array.
    private static let contents = DiskContents(
        table: .init(kind: "gpt", identifier: "9A1E2C3D-0000-4000-8000-000000000001"),
        partitions: [
            partition(1, "vfat", "ABCD-1234"), partition(2, "ext4", "0b3cdb0d-0000-4000-8000-000000000002"),
            partition(3, "crypto_LUKS", "0b3cdb0d-0000-4000-8000-000000000003"),
            partition(4, "LVM2_member", "AbCdEf-0000-0000-0000-0000-0000-000004"),
            partition(5, "linux_raid_member", "0b3cdb0d-0000-4000-8000-000000000005"),
        ])

    private static func partition(_ number: Int, _ type: String, _ uuid: String) -> DiskContents.Partition {
        DiskContents.Partition(
            number: number, startInBytes: UInt64(number) << 20, sizeInBytes: 1 << 20, type: "0x83",
            uuid: "9A1E2C3D-0000-4000-8000-0000000001\(number)0",
            signatures: .one(Superblock(type: type, usage: .filesystem, uuid: uuid)))
    }

    private static func twin(_ marks: [DiskMark], of restored: [DiskMark]) -> TwinDisk? {
        TwinDisk(name: "/dev/sdb (QEMU, S1)", path: "/dev/sdb", marks: marks, restored: restored)
    }

    @Test("a disk is known by its table, its partitions, and everything with a UUID in them")
    func marks() {
        let marks = DiskMark.all(of: Self.contents)
        #expect(marks.count == 11)
        #expect(marks.first == DiskMark(.table("gpt"), "9a1e2c3d-0000-4000-8000-000000000001"))
        for kind in [
            DiskMark.Kind.fileSystem("vfat"), .fileSystem("ext4"), .container, .physicalVolume, .array, .partition,
        ] { #expect(marks.contains { $0.kind == kind }) }
    }

    @Test("as it was captured it has the same marks as where it is")
    func captured() {
        let described = DiskDescription(
            number: 0, path: "/dev/sda", sizeInBytes: 8 << 20,
            partitionTable: .init(kind: "gpt", identifier: "9a1e2c3d-0000-4000-8000-000000000001"),
            partitions: [
                PartitionDescription(
                    number: 2, startInBytes: 2 << 20, sizeInBytes: 1 << 20, type: "0x83",
                    uuid: "9a1e2c3d-0000-4000-8000-000000000120",
                    signatures: [
                        SignatureDescription(
                            type: "ext4", usage: "filesystem", uuid: "0B3CDB0D-0000-4000-8000-000000000002")
                    ])
            ])
        let marks = DiskMark.all(of: described)
        #expect(marks.count == 3 && Set(marks).isSubset(of: DiskMark.all(of: Self.contents)))
    }

    @Test("a clone is a twin, and the warning says what, what may happen, and what to do")
    func clone() throws {
        let marks = DiskMark.all(of: Self.contents) + [DiskMark(.volumeGroup, "vg0", partition: 4)]
        let twin = try #require(Self.twin(marks, of: marks))
        #expect(twin.shared == marks)
        let warning = twin.warning
        #expect(warning.hasPrefix("/dev/sdb (QEMU, S1) has what the restored disks have too: disk GUID 9a1e2c3d"))
        for words in [
            "and 6 more", "may start from /dev/sdb", "Unplug /dev/sdb", "sgdisk --randomize-guids /dev/sdb",
            "tune2fs -U random (partition 2)", "mlabel -n (partition 1)", "vgimportclone", "cryptsetup luksUUID",
            "mdadm --zero-superblock",
        ] { #expect(warning.contains(words), "\(words): \(warning)") }
        #expect(!warning.contains("vgrename") && !warning.contains("--disk-id"), "vgimportclone renames the group")
    }

    @Test(
        "one shared mark of any kind is enough",
        arguments: [
            DiskMark(.table("gpt"), "a1"), DiskMark(.table("dos"), "1b2c3d4e"),
            DiskMark(.partition, "b2", partition: 1),
            DiskMark(.fileSystem("xfs"), "c3"), DiskMark(.container, "d4"), DiskMark(.physicalVolume, "e5"),
            DiskMark(.volumeGroup, "vg0"), DiskMark(.array, "f6"),
        ])
    func one(mark: DiskMark) throws {
        var elsewhere = mark
        elsewhere.partition = 7
        let twin = try #require(Self.twin([elsewhere, DiskMark(.fileSystem("ext4"), "0")], of: [mark]))
        #expect(twin.shared == [elsewhere] && twin.warning.contains(mark.value))
    }

    @Test("what shares nothing is no twin")
    func strangers() {
        let marks = DiskMark.all(of: Self.contents)
        #expect(Self.twin([], of: marks) == nil && Self.twin(marks, of: []) == nil)
        // The same characters as something else are not the same thing; a group's name counts letter by letter.
        #expect(Self.twin([DiskMark(.fileSystem("ext4"), "a1")], of: [DiskMark(.container, "a1")]) == nil)
        #expect(Self.twin([DiskMark(.volumeGroup, "VG0")], of: [DiskMark(.volumeGroup, "vg0")]) == nil)
        #expect(Self.twin([DiskMark(.container, "A1")], of: [DiskMark(.container, "a1")]) != nil)
    }

    @Test("numbers that nobody gave are no marks")
    func zeros() {
        let empty = DiskContents(
            table: .init(kind: "dos", identifier: "00000000"),
            partitions: [
                DiskContents.Partition(
                    number: 1, startInBytes: 1 << 20, sizeInBytes: 1 << 20, type: "0x83", uuid: "00000000-00")
            ])
        #expect(DiskMark.all(of: empty).isEmpty)
    }

    @Test("partitions of an MBR go by the number of the disk")
    func mbr() throws {
        let contents = DiskContents(
            table: .init(kind: "dos", identifier: "1b2c3d4e"),
            partitions: [
                DiskContents.Partition(
                    number: 1, startInBytes: 1 << 20, sizeInBytes: 1 << 20, type: "0x83", uuid: "1b2c3d4e-01")
            ])
        let marks = DiskMark.all(of: contents)
        let warning = try #require(Self.twin(marks, of: marks)).warning
        #expect(warning.contains("sfdisk --disk-id /dev/sdb 0xNEW") && !warning.contains("sgdisk"))
    }
}
