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

    package init(
        type: String, usage: Usage, uuid: String? = nil, memberUUID: String? = nil, label: String? = nil,
        version: String? = nil, blockSize: Int? = nil
    ) {
        self.type = type
        self.usage = usage
        self.uuid = uuid
        self.memberUUID = memberUUID
        self.label = label
        self.version = version
        self.blockSize = blockSize
    }
}
