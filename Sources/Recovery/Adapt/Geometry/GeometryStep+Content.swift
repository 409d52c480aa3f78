internal import BlockDevices

extension GeometryStep {
    /// What a partition holds, as far as growing it goes.
    enum Content: Hashable, CustomStringConvertible {
        case fileSystem(GrowingFileSystem)
        case physicalVolume
        case container
        /// Must not be grown, or not by us; says what it is.
        case leftAlone(String)

        init(_ signatures: Signatures) {
            switch signatures {
            case .none: self = .leftAlone("it holds nothing that is known")
            case .ambivalent: self = .leftAlone("it holds signatures that contradict each other")
            case .one(let superblock):
                self =
                    switch superblock.type {
                    case "LVM2_member": .physicalVolume
                    case "crypto_LUKS": .container
                    case "swap": .leftAlone("it is swap")
                    // Its superblock may lie at the end: behind a new end nobody would find it.
                    case "linux_raid_member": .leftAlone("it is part of an array (md)")
                    case let type:
                        GrowingFileSystem(rawValue: type).map { .fileSystem($0) }
                            ?? .leftAlone("it is \(type)")
                    }
            }
        }

        var description: String {
            switch self {
            case .fileSystem(let kind): kind.rawValue
            case .physicalVolume: "LVM"
            case .container: "LUKS"
            case .leftAlone(let why): why
            }
        }
    }
}
