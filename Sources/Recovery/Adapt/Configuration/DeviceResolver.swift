internal import BlockDevices
internal import Inventory

/// What the name of a device means on the restored disks, and what a name of the source's kernel meant there. Pure.
struct DeviceResolver {
    enum Finding: Hashable {
        /// With words for the report: "partition 2 of /dev/nvme0n1 (ext4)".
        case found(String)
        /// With the reason, for the report.
        case missing(String)
        /// Not to be judged from here: inside a container that is locked, or no disk at all.
        case unknown
    }

    enum Decision: Hashable {
        case keep
        /// `why` says what the old name meant and how that is known.
        case replace(with: String, why: String)
        case unresolved(String)
    }

    let volumes: [RestoredSystem.Volume]
    let machine: TargetMachine
    let source: MachineDescription?
    /// The machine that was captured, as far as names go: kernel names mean on it what they meant.
    let isSameMachine: Bool
    /// Names below /dev/mapper that the system's crypttab opens.
    var openedNames: Set<String> = []
    /// Families of kernel names that the configuration uses. Only one: their letters count the disks.
    var families: Set<KernelDiskName.Family> = []

    init(_ system: RestoredSystem) {
        volumes = system.volumes
        machine = system.machine
        source = system.source
        isSameMachine = system.source.map { Self.isSame($0, as: system.machine) } ?? false
    }

    /// Same disks under the same names, and the same network cards. That a machine looks the same suffices: then the names hold.
    private static func isSame(_ source: MachineDescription, as machine: TargetMachine) -> Bool {
        let old = source.networkInterfaces.filter { $0.kind == .physical }
        let new = machine.networkInterfaces.filter { $0.kind == .physical }
        // Ports of a bond all show the bond's address: the slots tell the rest.
        let known = Set(new.compactMap { $0.macAddress?.lowercased() })
        return source.disks.map(\.path) == machine.disks.map(\.path)
            && source.disks.map(\.sizeInBytes) == machine.disks.map(\.sizeInBytes)
            && old.map(\.busAddress) == new.map(\.busAddress)
            && old.allSatisfy { $0.macAddress.map { known.contains($0.lowercased()) } ?? true }
    }

    /// Whether all disks that were captured are on this machine: only then its description tells what is here.
    var isComplete: Bool { source?.disks.count == machine.heldDisks ?? machine.disks.count }

    /// Whether several disks were put onto one.
    private var isCombined: Bool { machine.heldDisks.map { $0 != machine.disks.count } ?? false }

    // MARK: Finding

    /// Where `text` leads on the restored disks as they are now.
    func find(_ text: String, type: String? = nil) -> Finding {
        switch DeviceReference(text) {
        case .none, .other: return .unknown
        case .tag(let tag, let value): return find(tag, value)
        case .stacked(let name):
            if let volume = volumes.first(where: { $0.stableNames.contains(name) }) {
                return .found(Self.words(volume))
            }
            if openedNames.contains(name) { return .found("opened by /etc/crypttab") }
            let isLocked = volumes.contains { $0.superblock.usage == .crypto }
            return isLocked
                ? .unknown : .missing("no volume group, array or mapping on the restored disks has that name")
        case .kernelName(let name):
            guard let volume = volumes.first(where: { device(of: $0) == text }) else {
                return .missing("this machine has no \(text) with a file system")
            }
            if case .volume(let meant, _) = meaning(of: name, type: type), meant.device != volume.device {
                return .missing("it was \(Self.words(meant)) and is \(Self.words(volume)) here")
            }
            return .found(Self.words(volume))
        case .hardware(let name, _):
            return isSameMachine
                ? .unknown : .missing("\(name) names a disk or a socket of the machine that was captured")
        }
    }

    private func find(_ tag: DeviceReference.Tag, _ value: String) -> Finding {
        func has(_ own: String?) -> Bool { own.map { $0.lowercased() == value.lowercased() } ?? false }
        let hit = volumes.first { volume in
            switch tag {
            case .uuid: has(volume.superblock.uuid)
            case .label: volume.superblock.label == value
            case .partitionUUID: has(volume.partitionUUID)
            case .partitionLabel: volume.partitionName == value
            }
        }
        if let hit { return .found(Self.words(hit)) }
        // Partitions that hold no file system (encrypted swap, locked containers) are known from the description only.
        guard let source, isComplete else { return Self.missing(tag, value) }
        for disk in source.disks {
            for partition in disk.partitions {
                // Where disks were combined, a PARTUUID may have changed: a file system that has it no more is not there by it.
                if isCombined, tag == .partitionUUID,
                    partition.signatures.contains(where: { $0.usage != "crypto" && $0.usage != "raid" })
                {
                    continue
                }
                let container = partition.signatures.first { $0.usage == "crypto" || $0.usage == "raid" }
                let matches =
                    switch tag {
                    case .uuid: has(container?.uuid)
                    case .label: container?.label == value
                    case .partitionUUID: has(partition.uuid)
                    case .partitionLabel: partition.name == value
                    }
                if matches { return .found("partition \(partition.number) of disk \(disk.number)") }
            }
        }
        return Self.missing(tag, value)
    }

    private static func missing(_ tag: DeviceReference.Tag, _ value: String) -> Finding {
        .missing("nothing on the restored disks has this \(tag.rawValue)")
    }

    static func words(_ volume: RestoredSystem.Volume) -> String {
        "\(volume.description) (\(volume.superblock.type))"
    }

    /// The name that this machine's kernel has for a volume that is a partition or a disk.
    private func device(of volume: RestoredSystem.Volume) -> String {
        guard let index = volume.disk, machine.disks.indices.contains(index) else { return volume.device }
        let disk = machine.disks[index].path
        return volume.partition.map { KernelDiskName.partition($0, of: disk) } ?? disk
    }

    // MARK: Deciding

    /// What is to be done with a name in a configuration file that expects a file system of `type` there (nil: any).
    /// `byPartition` asks for PARTUUID=, the only one that a kernel without initramfs understands.
    func decide(_ text: String, type: String? = nil, byPartition: Bool = false) -> Decision {
        switch DeviceReference(text) {
        case .kernelName(let name): return isSameMachine ? .keep : decide(meaning(of: name, type: type), byPartition)
        case .hardware(let name, let partition):
            guard !isSameMachine else { return .keep }
            return decide(meaning(ofHardware: name, partition: partition, type: type), byPartition)
        default:
            guard case .missing(let why) = find(text) else { return .keep }
            guard isCombined, case .tag(.partitionUUID, let uuid) = DeviceReference(text),
                case .volume(let volume, let meant) = meaning(ofPartitionUUID: uuid, type: type)
            else { return .unresolved(why) }
            return decide(.volume(volume, why: meant), byPartition)
        }
    }

    private func decide(_ meaning: DeviceMeaning, _ byPartition: Bool) -> Decision {
        switch meaning {
        case .nothing(let why): return .unresolved(why)
        case .container(let uuid, let why): return .replace(with: "UUID=\(uuid)", why: why)
        case .partition(let uuid, let why): return .replace(with: "PARTUUID=\(uuid)", why: why)
        case .volume(let volume, let why):
            if byPartition {
                guard let uuid = volume.partitionUUID else {
                    return .unresolved(
                        "\(Self.words(volume)) has no PARTUUID, and without an initramfs nothing else is understood")
                }
                return .replace(with: "PARTUUID=\(uuid)", why: why)
            }
            guard let uuid = volume.superblock.uuid else { return .unresolved("\(Self.words(volume)) has no UUID") }
            let twins = volumes.filter { $0.superblock.uuid == uuid && $0.superblock.memberUUID == nil }
            guard twins.count < 2 else {
                return .unresolved("\(twins.map(\.description).joined(separator: " and ")) have the same UUID")
            }
            return .replace(with: "UUID=\(uuid)", why: why)
        }
    }
}
