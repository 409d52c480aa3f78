import Recovery
import Testing

@Suite("Boot entries of UEFI firmware")
struct LoadOptionTests {
    /// What efibootmgr writes for Debian on partition 2 of a GPT disk.
    static let debian: [UInt8] =
        [
            0x01, 0x00, 0x00, 0x00,  // attributes: active
            0x62, 0x00,  // length of the device path: 98
            0x64, 0, 0x65, 0, 0x62, 0, 0x69, 0, 0x61, 0, 0x6e, 0, 0, 0,  // "debian"
            0x04, 0x01, 0x2a, 0x00,  // media device path, hard drive, 42 bytes
            0x02, 0x00, 0x00, 0x00,  // partition 2
            0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // start: block 4096
            0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00,  // size: 131072 blocks
            0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11,  // GUID, first three fields little-endian
            0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b,
            0x02, 0x02,  // GPT, signature is a GUID
            0x04, 0x04, 0x34, 0x00,  // media device path, file, 52 bytes
        ] + "\\EFI\\debian\\shimx64.efi".utf16.flatMap { [UInt8($0), 0] } + [
            0, 0,  // end of the name
            0x7f, 0xff, 0x04, 0x00,  // end of the device path
        ]

    @Test("the bytes that efibootmgr writes are read field by field and written back alike")
    func golden() throws {
        let entry = try #require(LoadOption(bytes: Self.debian))
        #expect(entry.description == "debian" && entry.isActive && entry.optionalData.isEmpty)
        #expect(entry.file == "\\EFI\\debian\\shimx64.efi")
        let place = try #require(entry.hardDrive)
        #expect(place.partition == 2 && place.start == 4_096 && place.blockCount == 131_072)
        #expect(place.partitionUUID == "c12a7328-f81f-11d2-ba4b-00a0c93ec93b")
        #expect(entry.bytes == Self.debian)
        #expect(
            LoadOption(description: "debian", path: [.hardDrive(place), .file("\\EFI\\debian\\shimx64.efi")]).bytes
                == Self.debian)
    }

    @Test("nodes before the partition, further paths and the loader's arguments are kept as they are")
    func foreign() throws {
        let pci = DevicePathNode.other(type: 1, subtype: 1, content: [2, 31])
        var entry = try #require(LoadOption(bytes: Self.debian))
        entry.path.insert(pci, at: 0)
        entry.morePaths = [0x7f, 0xff, 4, 0]
        entry.optionalData = Array("quiet".utf8)
        let read = try #require(LoadOption(bytes: entry.bytes))
        #expect(read == entry && read.hardDrive?.partition == 2)
    }

    @Test("a partition of an MBR disk is named by the disk's signature")
    func masterBootRecord() throws {
        let place = HardDriveNode(partition: 1, start: 2_048, blockCount: 9, signature: .mbr(0x5a3c_1f02))
        let entry = LoadOption(description: "x", path: [.hardDrive(place), .file("\\a")])
        #expect(LoadOption(bytes: entry.bytes) == entry)
        #expect(place.partitionUUID == "5a3c1f02-01")
    }

    @Test("an entry that is cut off anywhere is refused or read without leaving its bytes")
    func cutOff() {
        for length in 0..<Self.debian.count { #expect(LoadOption(bytes: Array(Self.debian[..<length])) == nil) }
    }
}
