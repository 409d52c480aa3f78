package import BlockDevices

/// A disk that the kernel sees several times: a LUN of a storage system is there once for each path that leads to it.
enum DiskPaths {
    /// One of each disk, in the order of `disks`: of its paths the first that answers. What uses a path uses the disk.
    static func merged(_ disks: [PresentDisk]) -> [PresentDisk] {
        var groups: [[PresentDisk]] = []
        for disk in disks {
            if let known = groups.firstIndex(where: { group in group.allSatisfy { isSame($0, disk) } }) {
                groups[known].append(disk)
            } else {
                groups.append([disk])
            }
        }
        return groups.map(joined)
    }

    /// The same name that the storage system gave, which is what a WWN is, the same serial, the same size, and the same content as
    /// far as both can be read. A serial alone is not enough: there are controllers that give the same one to all their disks.
    private static func isSame(_ one: PresentDisk, _ other: PresentDisk) -> Bool {
        // "naa.0000000000000000" is no name.
        guard let wwn = one.identity.wwn, wwn.split(separator: ".").last?.contains(where: { $0 != "0" }) == true
        else { return false }
        return wwn == other.identity.wwn && one.identity.serial == other.identity.serial
            && one.geometry.sizeInBytes == other.geometry.sizeInBytes
            && one.geometry.logicalSectorSize == other.geometry.logicalSectorSize
            && (one.contents == nil || other.contents == nil || one.contents == other.contents)
    }

    private static func joined(_ group: [PresentDisk]) -> PresentDisk {
        guard group.count > 1, var disk = group.first(where: { $0.problem == nil }) ?? group.first else {
            return group[0]
        }
        disk.otherPaths = group.map(\.path).filter { $0 != disk.path }
        for other in group where other.path != disk.path {
            disk.roles.formUnion(other.roles)
            disk.use = disk.use.and(other.use)
        }
        return disk
    }
}

extension PresentDisk {
    /// What this disk, or the same partition of it, is called on its other paths.
    package func others(of node: BlockNode, in tree: KernelTree = .live) -> [BlockNode] {
        let number = node.attribute("partition")
        let own = node.wholeDisk.path
        let disks = BlockNode.wholeDevices(in: tree).filter { allPaths.contains($0.path) && $0.path != own }
        return disks.flatMap { disk in
            number == nil
                ? [disk] + disk.partitions : disk.partitions.filter { $0.attribute("partition") == number }
        }
    }
}

extension DiskUse {
    /// What uses this or the other; device mapper holds all paths of a disk at once.
    fileprivate func and(_ other: DiskUse) -> DiskUse {
        func both<Item: Equatable>(_ own: [Item], _ more: [Item]) -> [Item] { own + more.filter { !own.contains($0) } }
        var use = self
        use.mounts = both(mounts, other.mounts)
        use.swaps = both(swaps, other.swaps)
        use.holders = both(holders, other.holders)
        use.loops = both(loops, other.loops)
        use.writers = both(writers, other.writers)
        return use
    }
}
