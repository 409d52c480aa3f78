internal import BlockDevices

/// Finds what may hold a file system: partitions, logical volumes, partitions of disks that logical volumes are.
struct VolumeFinder {
    /// A disk of a VM in a logical volume of the host, with LVM of its own: two levels more than the disk itself.
    private static let deepest = 4

    private let disks: [any BlockSource]
    private(set) var volumes: [Volume] = []
    private var physicalVolumes: [Volume] = []

    init(_ disks: [any BlockSource]) { self.disks = disks }

    /// Looks at every disk, then at the logical volumes found on them, and so on.
    mutating func search() {
        for (index, disk) in disks.enumerated() {
            let size = disk.geometry.sizeInBytes
            look(
                at: Volume(
                    description: "the disk", content: .opaque("nothing known was found on it"),
                    runs: [.init(volumeOffset: 0, disk: index, diskOffset: 0, length: size)]),
                through: disk)
        }
        for _ in 0..<Self.deepest where !physicalVolumes.isEmpty {
            var groups = LVMGroups(physicalVolumes, disks: disks)
            physicalVolumes = []
            groups.assemble()
            volumes += groups.others
            for volume in groups.logicalVolumes { look(at: volume, through: MappedSource(volume, disks: disks)) }
        }
        volumes += physicalVolumes.map { $0.renamed($0.description, .opaque("it lies too deep")) }
    }

    /// `source` reads the same bytes as `whole`.
    private mutating func look(at whole: Volume, through source: any BlockSource) {
        let contents: DiskContents
        do throws(BlockDeviceError) { contents = try Probe.contents(of: source) } catch {
            return volumes.append(whole.renamed(whole.description, .opaque("it could not be looked at: \(error)")))
        }
        guard contents.table != nil else { return take(whole, contents.signatures) }
        guard contents.signatures == .none else {
            let types = contents.signatures.all.map(\.type).joined(separator: ", ")
            let reason = "it has a partition table and signatures of \(types)"
            return volumes.append(whole.renamed(whole.description, .opaque(reason)))
        }
        for partition in contents.partitions where !partition.isExtended {
            let isDisk = source is MappedSource == false
            let name = "partition \(partition.number)" + (isDisk ? "" : " of \(whole.description)")
            guard let volume = whole.slice(partition.range, description: name, content: .opaque("")) else {
                volumes.append(Volume(description: name, content: .opaque("it leaves its disk"), runs: whole.anchor))
                continue
            }
            take(volume, partition.signatures)
        }
    }

    private mutating func take(_ volume: Volume, _ signatures: Signatures) {
        switch signatures {
        case .none: volumes.append(volume.renamed(volume.description, .opaque("no file system was found")))
        case .ambivalent(let found):
            let reason = "signatures contradict each other: \(found.map(\.type).joined(separator: ", "))"
            volumes.append(volume.renamed(volume.description, .opaque(reason)))
        case .one(let superblock) where superblock.type == "LVM2_member": physicalVolumes.append(volume)
        case .one(let superblock):
            volumes.append(volume.renamed(volume.description, .fileSystem(superblock.type)))
        }
    }
}

extension Volume {
    /// A run of no bytes, so that the note about a volume without bytes of its own appears with its disk.
    var anchor: [Run] {
        runs.prefix(1).map { Run(volumeOffset: 0, disk: $0.disk, diskOffset: $0.diskOffset, length: 0) }
    }
}
