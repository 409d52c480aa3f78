/// What a partition is for, as each kind of table says it.
struct PartitionType: Hashable, Sendable {
    /// In lower case; nil where a GPT has no word for it.
    var guid: String?
    /// nil where an MBR has no word for it.
    var byte: UInt8?

    private static let linux = "0fc63daf-8483-4772-8e79-3d69d8477de4"
    /// Pairs; the first of a kind is what it becomes in the other table.
    private static let pairs: [(guid: String, byte: UInt8)] = [
        (linux, 0x83),
        ("0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", 0x82),
        ("e6d6d379-f507-44c2-a23c-238f2a3df928", 0x8e),
        ("a19d880f-05fc-4d3b-a006-743f0f84911e", 0xfd),
        (GPTTable.efiSystem, 0xef),
        ("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", 0x07),
        ("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", 0x0c),
        ("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", 0x0b),
        ("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", 0x0e),
        ("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", 0x06),
        // What systemd finds without fstab is plain Linux in an MBR: root (amd64), home, srv, LUKS, XBOOTLDR.
        ("4f68bce3-e8cd-4db1-96e7-fbcaf984b709", 0x83),
        ("933ac7e1-2eb4-4f13-b844-0e14e2aef915", 0x83),
        ("3b8f8425-20e0-4f3b-907f-1a25a76f98e8", 0x83),
        ("ca7d7ccb-63ed-4c53-861c-1742536059cc", 0x83),
        ("bc13c2ff-59e6-4262-a352-b275fd6f7172", 0x83),
    ]

    /// Of a partition, as libblkid shows it: a GUID or "0x83".
    init(_ text: String) {
        if text.hasPrefix("0x") {
            byte = UInt8(text.dropFirst(2), radix: 16)
            guid = Self.pairs.first { $0.byte == byte }?.guid
        } else {
            guid = text
            byte = Self.pairs.first { $0.guid == text }?.byte
        }
    }

    /// Of a disk without partitions, by what it holds, with libblkid's names.
    init(holding superblock: String?) {
        switch superblock {
        case "LVM2_member": self.init("0x8e")
        case "linux_raid_member": self.init("0xfd")
        case "swap": self.init("0x82")
        case "vfat", "ntfs": self.init("0x07")
        case "crypto_LUKS": self.init("ca7d7ccb-63ed-4c53-861c-1742536059cc")
        default: self.init(Self.linux)
        }
    }
}
