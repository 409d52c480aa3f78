internal import LinuxSystem

/// A disk with its partitions and all that is stacked on them, level by level.
struct Stack: Sendable {
    private(set) var holders: [BlockNode] = []
    private(set) var loops: [BlockNode] = []
    private var nodes: [DeviceNumber: BlockNode] = [:]

    init(above disk: BlockNode, in tree: KernelTree) {
        let loopDevices = BlockNode.wholeDevices(in: tree).filter(\.isLoop)
        var pending = [disk]
        while let node = pending.popLast() {
            guard nodes.updateValue(node, forKey: node.number) == nil else { continue }
            let above = node.holders
            holders += above.filter { nodes[$0.number] == nil && !holders.contains($0) }
            let attached = loopDevices.filter { loop in
                guard loop != node, let file = loop.attribute("loop/backing_file") else { return false }
                return BlockNode(path: file, in: tree) == node
            }
            loops += attached
            pending += node.partitions + above + attached
        }
    }

    subscript(number: DeviceNumber) -> BlockNode? { nodes[number] }

    /// The node that a path such as "/dev/mapper/vg0-root" stands for.
    subscript(path path: String) -> BlockNode? {
        // A source such as "tmpfs" or "server:/export" is no path of a device.
        guard path.hasPrefix("/"), let status = try? Files.status(path), status.kind == .blockDevice else { return nil }
        return nodes[status.representedDevice]
    }
}
