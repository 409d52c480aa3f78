package import BlockDevices
internal import LinuxSystem
internal import RepositoryFormat

/// The disks of the machine we run on.
package enum DiskInventory {
    /// All whole disks, by name, with what is on each. Memory, optical and stacked devices are left out, loop devices
    /// unless asked for. Reads the tables of every disk; a disk that cannot be read is listed with its problem.
    ///
    /// `repositories` are local paths (files, directories or devices) that hold a repository, `rescueMedia` the same
    /// for the medium we were started from; their disks get that role. So does a disk with the volume label of a
    /// rescue image. A disk that several paths lead to is listed once.
    package static func present(
        includingLoopDevices: Bool = false, repositories: [String] = [], rescueMedia: [String] = [],
        in tree: KernelTree = .live
    ) -> [PresentDisk] {
        let repositoryDisks = disks(holding: repositories, in: tree)
        let rescueDisks = disks(holding: rescueMedia, in: tree)
        let devices = BlockNode.wholeDevices(in: tree).filter { isDisk($0, includingLoopDevices) }.map { node in
            var disk = describe(node, in: tree)
            if repositoryDisks.contains(node.number) { disk.roles.insert(.repository) }
            if rescueDisks.contains(node.number) || disk.contents?.isRescueMedium == true {
                disk.roles.insert(.rescueMedium)
            }
            return disk
        }
        return DiskPaths.merged(devices)
    }

    /// One disk by its path (a partition is not a disk: nil).
    package static func disk(at path: String, in tree: KernelTree = .live) -> PresentDisk? {
        guard let node = BlockNode(path: path, in: tree), !node.isPartition else { return nil }
        return describe(node, in: tree)
    }

    private static func isDisk(_ node: BlockNode, _ includingLoopDevices: Bool) -> Bool {
        guard node.sizeInBytes > 0, node.attribute("hidden") != "1" else { return false }
        if node.name.hasPrefix("loop") { return includingLoopDevices && node.isLoop }
        let others = ["ram", "zram", "sr", "fd", "dm-", "md", "nbd", "mtdblock", "bcache", "drbd", "zd"]
        return !others.contains { node.name.hasPrefix($0) }
    }

    private static func describe(_ node: BlockNode, in tree: KernelTree) -> PresentDisk {
        func number(_ name: String) -> Int? { node.attribute(name).flatMap { Int($0) } }
        let logical = number("queue/logical_block_size") ?? 512
        var disk = PresentDisk(
            path: node.path, identity: DiskIdentity(of: node, in: tree),
            geometry: DiskGeometry(
                sizeInBytes: node.sizeInBytes, logicalSectorSize: logical,
                physicalSectorSize: number("queue/physical_block_size") ?? logical),
            isRemovable: number("removable") == 1, isReadOnly: number("ro") == 1, contents: nil,
            use: DiskUse.of(node, in: tree))
        do {
            disk.contents = try Probe(node.path).contents()
            disk.interrupted = RestoreNote.read(at: node.path)
        } catch {
            disk.problem = error.description
        }
        if tree == .live { disk.health = DiskHealth.of(node.path, transport: disk.identity.transport) }
        return disk
    }

    private static func disks(holding paths: [String], in tree: KernelTree) -> Set<DeviceNumber> {
        // A path that cannot be looked at is not on a disk of ours; whoever uses it reports the error.
        Set(paths.flatMap { (try? DiskUse.backingDisks(ofPath: $0, in: tree)) ?? [] }.map(\.number))
    }
}

extension DiskContents {
    /// The ISO's volume label, on the disk it was copied to.
    var isRescueMedium: Bool {
        (signatures.all + partitions.flatMap(\.signatures.all)).contains { superblock in
            superblock.type == "iso9660" && superblock.label?.uppercased().hasPrefix("LIFEBOAT") == true
        }
    }
}
