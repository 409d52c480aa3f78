internal import BlockDevices
internal import FileSystems
internal import Inventory
internal import LinuxSystem
internal import Repository
internal import RepositoryFormat

/// Finds other disks of this machine that a restored system may take for its own.
enum TwinSearch {
    /// Disks of this machine that are none of `targets`, which are paths of devices. Loop devices are disks only where one of the
    /// targets is.
    static func bystanders(of targets: [String], among present: [PresentDisk]) -> [PresentDisk] {
        let own = targets.compactMap { BlockNode(path: $0)?.wholeDisk }
        let paths = Set(own.map(\.path))
        let hasLoops = own.contains(where: \.isLoop)
        return present.filter { disk in
            guard paths.isDisjoint(with: disk.allPaths) else { return false }
            guard let node = BlockNode(path: disk.path), node.isLoop else { return true }
            // Over a target it is the target.
            let backing = node.attribute("loop/backing_file") ?? ""
            return hasLoops && !paths.contains { backing == $0 || backing.hasPrefix($0 + "p") }
        }
    }

    /// What the bystanders share with what was, or will be, restored.
    static func twins(of restored: [DiskMark], among bystanders: [PresentDisk]) -> [TwinDisk] {
        guard !restored.isEmpty else { return [] }
        return bystanders.compactMap { disk in
            guard let contents = disk.contents else { return nil }
            return TwinDisk(
                name: disk.target.description, path: disk.path,
                marks: marks(of: contents, on: GlancedSource(disk.path, geometry: disk.geometry)), restored: restored)
        }
    }

    /// Of a disk that is here.
    static func marks(of contents: DiskContents, on disk: any BlockSource) -> [DiskMark] {
        var places = contents.partitions.filter { isPhysicalVolume($0.signatures) }.map {
            ($0.number as Int?, $0.range)
        }
        if isPhysicalVolume(contents.signatures) { places.append((nil, 0..<disk.geometry.sizeInBytes)) }
        return DiskMark.all(of: contents) + groups(places, on: disk)
    }

    /// Of disks of a moment, before they are restored.
    static func marks(of disks: [DiskDescription], in view: View) -> [DiskMark] {
        let reader = ViewReader(view)
        return disks.flatMap { disk -> [DiskMark] in
            guard let record = view.disk(UInt32(clamping: disk.number)) else { return [] }
            var places = disk.partitions.filter { isPhysicalVolume($0.signatures) }.map {
                ($0.number as Int?, $0.range)
            }
            if isPhysicalVolume(disk.signatures) { places.append((nil, 0..<record.sizeInBytes)) }
            return DiskMark.all(of: disk)
                + groups(places.filter { $0.1.upperBound <= record.sizeInBytes }, on: ViewDisk(reader, record))
        }
    }

    private static func isPhysicalVolume(_ signatures: Signatures) -> Bool {
        signatures.all.map(\.type) == ["LVM2_member"]
    }

    private static func isPhysicalVolume(_ signatures: [SignatureDescription]) -> Bool {
        signatures.map(\.type) == ["LVM2_member"]
    }

    private static func groups(_ places: [(partition: Int?, range: Range<UInt64>)], on disk: any BlockSource)
        -> [DiskMark]
    {
        places.compactMap { place in
            volumeGroupName(of: place.range, on: disk).map { DiskMark(.volumeGroup, $0, partition: place.partition) }
        }
    }
}
