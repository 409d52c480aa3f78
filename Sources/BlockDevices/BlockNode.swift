package import LinuxSystem

/// A block device in sysfs: a whole disk, a partition, or something stacked on them (device mapper, md, loop).
package struct BlockNode: Hashable, Sendable {
    package let number: DeviceNumber
    /// Name of the kernel: "sda1", "dm-0", "cciss!c0d0".
    package let name: String
    /// Its directory in sysfs, without links.
    package let directory: String
    let tree: KernelTree

    /// nil when the kernel has no such device (or it went away).
    package init?(_ number: DeviceNumber, in tree: KernelTree = .live) {
        self.init(link: "\(tree.sys)/dev/block/\(number)", in: tree)
    }

    /// By the kernel's name, for whole devices.
    package init?(named name: String, in tree: KernelTree = .live) {
        self.init(link: "\(tree.sys)/class/block/\(name)", in: tree)
    }

    private init?(link: String, in tree: KernelTree) {
        // A device that is not there is an answer, not a failure.
        guard let directory = try? Files.realPath(link),
            let number = Files.text(of: directory + "/dev").flatMap({ DeviceNumber($0) })
        else { return nil }
        self.number = number
        self.directory = directory
        self.tree = tree
        name = Files.lastComponent(of: directory)
    }

    /// The device that `path` (a block device) stands for.
    package init?(path: String, in tree: KernelTree = .live) {
        // As above.
        guard let status = try? Files.status(path), status.kind == .blockDevice else { return nil }
        self.init(status.representedDevice, in: tree)
    }

    /// "/dev/sda1".
    package var path: String { "\(tree.dev)/" + name.split(separator: "!").joined(separator: "/") }

    /// The name people gave: the mapped name of device mapper ("vg0-root"), otherwise the kernel's.
    package var displayName: String { attribute("dm/name").map { "\($0) (\(name))" } ?? name }

    package var isPartition: Bool { attribute("partition") != nil }
    package var isLoop: Bool { attribute("loop/backing_file") != nil }

    /// A file in its sysfs directory, nil when absent or empty.
    package func attribute(_ relative: String) -> String? {
        Files.text(of: "\(directory)/\(relative)").flatMap { $0.isEmpty ? nil : $0 }
    }

    package var sizeInBytes: UInt64 { attribute("size").flatMap { UInt64($0) }.map { $0 * 512 } ?? 0 }

    /// The disk of a partition; itself otherwise.
    package var wholeDisk: BlockNode {
        guard isPartition, let number = Files.text(of: directory + "/../dev").flatMap({ DeviceNumber($0) }) else {
            return self
        }
        return BlockNode(number, in: tree) ?? self
    }

    /// In the order of their numbers.
    package var partitions: [BlockNode] {
        names("").compactMap { name -> (Int, BlockNode)? in
            guard let number = Files.text(of: "\(directory)/\(name)/partition").flatMap({ Int($0) }) else { return nil }
            return BlockNode(named: name, in: tree).map { (number, $0) }
        }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// What is stacked directly on it.
    package var holders: [BlockNode] { names("holders").compactMap { BlockNode(named: $0, in: tree) } }
    /// What it is directly stacked on.
    package var slaves: [BlockNode] { names("slaves").compactMap { BlockNode(named: $0, in: tree) } }

    private func names(_ relative: String) -> [String] {
        // A device without that directory has none of these.
        (try? Files.names(in: "\(directory)/\(relative)")) ?? []
    }

    /// All whole block devices of the machine, by name.
    package static func wholeDevices(in tree: KernelTree = .live) -> [BlockNode] {
        // No sysfs: no devices to show.
        let names = (try? Files.names(in: tree.sys + "/block")) ?? []
        return names.compactMap { BlockNode(named: $0, in: tree) }
    }
}
