package import LinuxSystem

/// Who uses a disk, or an image file, right now. Everything stacked on it is looked through: partitions, device
/// mapper, md, loop devices.
package struct DiskUse: Hashable, CustomStringConvertible, Sendable {
    /// One mounted file system on the disk or on something stacked on it.
    package struct Mount: Hashable, Sendable {
        package var devicePath: String
        package var mountPoint: String

        package init(devicePath: String, mountPoint: String) {
            self.devicePath = devicePath
            self.mountPoint = mountPoint
        }
    }

    package var mounts: [Mount] = []
    /// Devices that are swapped to.
    package var swaps: [String] = []
    /// What is stacked on it: "vg0-root (dm-0)", "md0".
    package var holders: [String] = []
    /// Loop devices backed by it.
    package var loops: [String] = []
    /// Other processes that have it open for writing: "qemu-system-x86 (1234)".
    package var writers: [String] = []

    package init() {}

    package var isFree: Bool {
        mounts.isEmpty && swaps.isEmpty && holders.isEmpty && loops.isEmpty && writers.isEmpty
    }

    /// "mounted at / and /boot, held by vg0-root (dm-0)"; "not in use".
    package var description: String {
        var parts: [String] = []
        func add(_ words: String, _ names: [String]) {
            if !names.isEmpty { parts.append("\(words) \(names.joined(separator: " and "))") }
        }
        add("mounted at", mounts.map(\.mountPoint))
        add("swapped to:", swaps)
        add("held by", holders)
        add("attached as", loops)
        add("open for writing in", writers)
        return parts.isEmpty ? "not in use" : parts.joined(separator: ", ")
    }

    /// The use of a block device, with everything on it, or of a regular file. A path that is neither, or is not
    /// there, is in nobody's use.
    package static func of(_ path: String, in tree: KernelTree = .live) -> DiskUse {
        // What cannot be looked at cannot be opened either; opening it reports why.
        guard let status = try? Files.status(path) else { return DiskUse() }
        if status.kind == .blockDevice {
            return BlockNode(status.representedDevice, in: tree).map { of($0, in: tree) } ?? DiskUse()
        }
        guard status.kind == .regularFile else { return DiskUse() }
        return ofFile(path, status, in: tree)
    }

    /// The same for a device of sysfs.
    package static func of(_ disk: BlockNode, in tree: KernelTree = .live) -> DiskUse {
        let stack = Stack(above: disk, in: tree)
        let table = MountTable(in: tree)
        var use = DiskUse()
        for mount in table.mounts {
            // btrfs and others mount under an anonymous number: then the source names the device.
            let node = stack[mount.device] ?? (mount.device.major == 0 ? stack[path: mount.source] : nil)
            guard let node else { continue }
            let entry = Mount(devicePath: node.path, mountPoint: mount.mountPoint)
            if !use.mounts.contains(entry) { use.mounts.append(entry) }
        }
        use.swaps = table.swaps.filter { stack[path: $0] != nil }
        use.holders = stack.holders.map(\.displayName)
        use.loops = stack.loops.map(\.path)
        use.writers = OpenFiles(in: tree).writers { $0.kind == .blockDevice && stack[$0.representedDevice] != nil }
        return use
    }

    private static func ofFile(_ path: String, _ status: FileStatus, in tree: KernelTree) -> DiskUse {
        var use = DiskUse()
        let loops = BlockNode.wholeDevices(in: tree).filter { isSameFile($0.attribute("loop/backing_file"), status) }
        use.loops = loops.map(\.path)
        for loop in loops { use.mounts += of(loop, in: tree).mounts }
        use.swaps = MountTable(in: tree).swaps.filter { isSameFile($0, status) }
        use.writers = OpenFiles(in: tree).writers { $0.isSameFile(as: status) }
        return use
    }

    private static func isSameFile(_ path: String?, _ status: FileStatus) -> Bool {
        // A file that cannot be looked at is not the one that was.
        guard let path, let other = try? Files.status(path) else { return false }
        return other.isSameFile(as: status)
    }
}

extension FileStatus {
    package func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }
}
