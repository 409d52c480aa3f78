/// What libblkid finds on a disk: its partition table, and signatures on the whole disk and in each partition.
package struct DiskContents: Hashable, Sendable {
    package struct Table: Hashable, Sendable {
        /// "gpt", "dos", or another of libblkid's names.
        package var kind: String
        /// Disk GUID, or the eight hex digits of an MBR; nil where the table has none.
        package var identifier: String?
    }

    package struct Partition: Hashable, Sendable {
        /// As in "sda3".
        package var number: Int
        package var startInBytes: UInt64
        package var sizeInBytes: UInt64
        /// GPT: type GUID in lower case. MBR: "0x83".
        package var type: String
        package var name: String?
        package var uuid: String?
        /// GPT: attributes. MBR: 0x80 when active.
        package var flags: UInt64
        /// An MBR container of logical partitions; holds no file system.
        package var isExtended: Bool
        package var signatures: Signatures

        package var range: Range<UInt64> { startInBytes..<startInBytes + sizeInBytes }
    }

    package var table: Table?
    package var partitions: [Partition]
    /// Of the disk as a whole: a file system, LVM or LUKS without partitions.
    package var signatures: Signatures

    package var isEmpty: Bool { table == nil && signatures == .none }
}

/// The signatures at one place.
package enum Signatures: Hashable, Sendable {
    case none
    case one(Superblock)
    /// Several that contradict each other: leftovers of earlier use. Nobody can tell which is valid; say so.
    case ambivalent([Superblock])

    package var all: [Superblock] {
        switch self {
        case .none: []
        case .one(let superblock): [superblock]
        case .ambivalent(let superblocks): superblocks
        }
    }
}

/// One superblock, with libblkid's names for types.
package struct Superblock: Hashable, Sendable {
    package enum Usage: String, Hashable, Sendable { case filesystem, raid, crypto, other }

    /// "ext4", "vfat", "LVM2_member", "linux_raid_member", "crypto_LUKS", "swap" …
    package var type: String
    package var usage: Usage
    /// Of the file system, physical volume, array or container.
    package var uuid: String?
    /// Of this member, where `uuid` belongs to the whole (md, btrfs).
    package var memberUUID: String?
    package var label: String?
    package var version: String?
    package var blockSize: Int?
}
