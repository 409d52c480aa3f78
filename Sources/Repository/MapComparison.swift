internal import RepositoryFormat

/// Walks the trees of one disk in two maps at once. What both hold as the same page is not read.
struct MapComparison {
    let left: MapReader
    let right: MapReader
    let sectors: UInt64

    /// `body` gets ranges of sectors in order that together cover the disk, and whether both maps say the same of them.
    /// The two disks must be of one size. Holds one page a level of either tree.
    func pieces(
        _ leftRoot: NodeReference, _ rightRoot: NodeReference, _ body: (Range<UInt64>, _ isSame: Bool) throws -> Void
    ) throws {
        try walk(leftRoot, rightRoot, start: 0, body)
    }

    private func walk(
        _ one: NodeReference, _ other: NodeReference, start: UInt64, _ body: (Range<UInt64>, Bool) throws -> Void
    ) throws {
        let end = min(start + MapGeometry.sectors(atLevel: one.level), sectors)
        guard start < end else { return }
        if Self.isSame(one.content, other.content) { return try body(start..<end, true) }
        guard let ones = try children(of: one, left, length: end - start),
            let others = try children(of: other, right, length: end - start)
        else { return try body(start..<end, false) }
        let step = MapGeometry.sectors(atLevel: one.level - 1)
        for index in ones.indices { try walk(ones[index], others[index], start: start + UInt64(index) * step, body) }
    }

    private static func isSame(_ one: NodeReference.Content, _ other: NodeReference.Content) -> Bool {
        if case .uniform(let kind) = one, case .uniform(let otherKind) = other {
            return kind != .unknown && otherKind != .unknown
        }
        return one == other
    }

    /// Nil for a leaf.
    private func children(
        of node: NodeReference, _ reader: MapReader, length: UInt64
    ) throws(RepositoryError) -> [NodeReference]? {
        switch node.content {
        case .beyondDisk: return nil
        case .uniform:
            guard node.level > 0 else { return nil }
            let child = NodeReference(content: node.content, level: node.level - 1, extents: 1)
            return Array(repeating: child, count: MapGeometry.fanOut)
        case .page(let digest, let bytes):
            guard
                case .interior(_, let children) = try reader.page(
                    digest, length: bytes, level: node.level, sectors: length)
            else { return nil }
            return children
        }
    }
}
