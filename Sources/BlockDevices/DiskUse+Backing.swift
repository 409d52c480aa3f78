internal import LinuxSystem

extension DiskUse {
    /// The whole block devices on which a file or directory lies, down through partitions, device mapper, md and loop
    /// devices (a loop device counts, and so does the disk of its file). A path that is not there yet counts as its
    /// nearest existing parent. Empty for network and memory file systems.
    package static func backingDisks(
        ofPath path: String, in tree: KernelTree = .live
    ) throws(BlockDeviceError) -> [BlockNode] {
        var walk = Descent(tree: tree, table: MountTable(in: tree))
        try doing("Cannot find the disk that holds \(path)") { () throws(SystemCallError) in
            try walk.add(path: existing(path))
        }
        return walk.disks
    }

    /// The whole block devices below a device, itself first.
    package static func wholeDisks(below node: BlockNode, in tree: KernelTree = .live) -> [BlockNode] {
        var walk = Descent(tree: tree, table: MountTable(in: tree))
        // Of the way down only a loop device's file can fail; then its disk is not known, and the rest is.
        try? walk.add(node)
        return walk.disks
    }

    private static func existing(_ path: String) -> String {
        var path = path
        while !Files.exists(path), path != "/", path != "." { path = Files.parent(of: path) }
        return path
    }
}

/// The way down from a file to the disks that hold it.
private struct Descent {
    let tree: KernelTree
    let table: MountTable
    var disks: [BlockNode] = []
    private var seen: Set<DeviceNumber> = []

    init(tree: KernelTree, table: MountTable) {
        self.tree = tree
        self.table = table
    }

    mutating func add(path: String) throws(SystemCallError) {
        guard let status = try Files.status(path) else { return }
        if status.kind == .blockDevice {
            try add(BlockNode(status.representedDevice, in: tree))
        } else if let node = BlockNode(status.device, in: tree) {
            try add(node)
        } else if seen.insert(status.device).inserted {
            for mount in table.mounts where mount.device == status.device { try add(mount) }
        }
    }

    /// A file system with a number of its own (btrfs, overlay): its devices or directories are named elsewhere.
    private mutating func add(_ mount: MountTable.Mount) throws(SystemCallError) {
        switch mount.fileSystem {
        case "overlay":
            for option in mount.options.split(separator: ",") {
                let parts = option.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, ["lowerdir", "upperdir"].contains(parts[0]) else { continue }
                for directory in parts[1].split(separator: ":") { try add(path: String(directory)) }
            }
        case "btrfs":
            for name in btrfsDevices(with: Files.lastComponent(of: mount.source)) {
                try add(BlockNode(named: name, in: tree))
            }
            if mount.source.hasPrefix("/dev/") { try add(path: mount.source) }
        default:
            if mount.source.hasPrefix("/") { try add(path: mount.source) }
        }
    }

    /// All devices of the btrfs that `name` belongs to.
    private func btrfsDevices(with name: String) -> [String] {
        let directory = tree.sys + "/fs/btrfs"
        // No btrfs here: no devices.
        for uuid in (try? Files.names(in: directory)) ?? [] {
            let devices = (try? Files.names(in: "\(directory)/\(uuid)/devices")) ?? []
            if devices.contains(name) { return devices }
        }
        return []
    }

    mutating func add(_ node: BlockNode?) throws(SystemCallError) {
        guard let node, seen.insert(node.number).inserted else { return }
        let disk = node.wholeDisk
        if !disks.contains(disk) { disks.append(disk) }
        for below in node.slaves + disk.slaves { try add(below) }
        if let file = disk.attribute("loop/backing_file") { try add(path: file) }
    }
}
