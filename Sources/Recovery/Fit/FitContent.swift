internal import BlockDevices
internal import RepositoryFormat

/// What a partition or a logical volume holds, as far as fitting it to a smaller disk goes.
enum FitContent: Hashable, Sendable, CustomStringConvertible {
    case ext(GrowingFileSystem)
    case swap(Superblock)
    /// Cannot be made smaller, but its files can be copied into another.
    case xfs
    case physicalVolume
    /// Nothing at all: no signature, no data.
    case empty
    /// FAT and NTFS: their boot sector says where the partition begins.
    case hiddenSectors(String)
    /// Keeps its size; may be moved.
    case fixed(String)
    /// Keeps its size and its place.
    case unmovable(String)

    /// Linux data and swap. What other types are for, nobody knows from their emptiness.
    private static let plainTypes: Set = [
        "0x83", "0x82", "0fc63daf-8483-4772-8e79-3d69d8477de4", "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f",
    ]

    /// - Parameter hasData: whether the moment has any data in it.
    init(_ partition: DiskContents.Partition, hasData: Bool) {
        self.init(partition.signatures, isEmpty: !hasData && Self.plainTypes.contains(partition.type))
    }

    /// - Parameter isEmpty: whether nothing at all is in what has no signature.
    init(_ signatures: Signatures, isEmpty: Bool) {
        switch signatures {
        case .ambivalent: self = .fixed("contradicting signatures")
        case .none: self = isEmpty ? .empty : .fixed("unknown")
        case .one(let superblock):
            self =
                switch superblock.type {
                case "swap": .swap(superblock)
                case "LVM2_member": .physicalVolume
                case "xfs": .xfs
                case "vfat", "ntfs": .hiddenSectors(superblock.type)
                case "exfat": .unmovable(superblock.type)
                case let type:
                    if let kind = GrowingFileSystem(rawValue: type), kind.isExt { .ext(kind) } else { .fixed(type) }
                }
        }
    }

    var description: String {
        switch self {
        case .ext(let kind): kind.rawValue
        case .swap: "swap"
        case .xfs: "xfs"
        case .physicalVolume: "LVM"
        case .empty: "empty"
        case .hiddenSectors(let name), .fixed(let name), .unmovable(let name): name
        }
    }

    /// Whether there is a way to make it smaller with this effort.
    func gives(for effort: FitEffort) -> Bool {
        switch self {
        case .physicalVolume: true
        case .ext, .swap, .empty: effort != .packing
        case .xfs: effort == .copying
        case .hiddenSectors, .fixed, .unmovable: false
        }
    }

    /// Whether to look at it is worth a word.
    var takesTime: Bool { if case .swap = self { false } else { true } }

    /// What becomes of it when it is made smaller, where that is more than its size.
    var changeInPlace: PartitionFit.Change? {
        switch self {
        case .swap: .recreated
        case .xfs: .copied
        default: nil
        }
    }

    /// Why it is not made smaller, for a refusal; nil where it can be.
    var reasonToKeep: String? {
        switch self {
        case .ext, .swap, .xfs, .empty, .physicalVolume: nil
        case .fixed("crypto_LUKS"): "LUKS containers are not made smaller"
        case .hiddenSectors(let name), .fixed(let name), .unmovable(let name): "\(name) is not made smaller"
        }
    }
}

extension GrowingFileSystem {
    var isExt: Bool { self == .ext2 || self == .ext3 || self == .ext4 }
}
