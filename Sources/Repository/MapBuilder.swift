internal import Digests
package import RepositoryFormat

/// Builds the one canonical map tree of a disk from its extents in order (format.md, section 8.2).
///
/// Memory: at most 16 unfinished children a level with up to 4096 extents each. Extents come with `Place.pack` as a
/// number of `packs`; pages go to `store` as they are finished.
package struct MapBuilder: ~Copyable {
    private enum Node {
        case extents([Extent])
        case finished(NodeReference)
    }

    private let sectors: UInt64
    private let rootLevel: Int
    /// Children of the unfinished node at each level above the index.
    private var pending: [[Node]]
    private var leaf: [Extent] = []
    private var position: UInt64 = 0
    private var totals: [ExtentKind: UInt64] = [:]
    private var extentCount: UInt64 = 0
    private var pageBytes: UInt64 = 0
    private let pages: PageEncoder

    package init(sizeInBytes: UInt64, pages: PageEncoder) {
        sectors = sizeInBytes / 512
        rootLevel = MapGeometry.rootLevel(forDiskOf: sectors)
        pending = Array(repeating: [], count: rootLevel + 1)
        self.pages = pages
    }

    /// Adds the next extent; it must start where the last one ended.
    package mutating func append(_ extent: Extent) throws(RepositoryError) {
        precondition(
            extent.start == position && extent.end <= sectors, "extent at \(extent.start), expected \(position)")
        totals[extent.kind, default: 0] += extent.length
        var rest = extent
        while rest.length > 0 {
            let level = highestWholeNode(coveredBy: rest)
            if let level {
                let end = min(rest.start + MapGeometry.sectors(atLevel: level), sectors)
                try close(.extents([rest.clipped(to: rest.start..<end)]), level: level, end: end)
                rest = end < rest.end ? rest.clipped(to: end..<rest.end) : Extent(start: end, length: 0, kind: .zero)
            } else {
                let size = MapGeometry.sectors(atLevel: 0)
                let nodeEnd = min((rest.start / size + 1) * size, sectors)
                let end = min(rest.end, nodeEnd)
                Self.append(rest.clipped(to: rest.start..<end), to: &leaf)
                position = end
                if end == nodeEnd {
                    let done = leaf
                    leaf = []
                    try close(.extents(done), level: 0, end: end)
                }
                rest = end < rest.end ? rest.clipped(to: end..<rest.end) : Extent(start: end, length: 0, kind: .zero)
            }
        }
    }

    /// The disk's record once all its sectors were added. Traps when some are missing.
    package mutating func finish(_ record: DiskRecord) throws(RepositoryError) -> DiskRecord {
        precondition(position == sectors, "the map ends at sector \(position) of \(sectors)")
        guard let node = pending[rootLevel].first, pending[rootLevel].count == 1 else {
            preconditionFailure("the map has no root")
        }
        var record = record
        record.root = try materialize(node, level: rootLevel)
        record.dataSectors = totals[.data] ?? 0
        record.zeroSectors = totals[.zero] ?? 0
        record.unusedSectors = totals[.unused] ?? 0
        record.unknownSectors = totals[.unknown] ?? 0
        record.extents = extentCount
        record.pageBytes = pageBytes
        return record
    }

    /// The highest level whose node starts at the extent and lies wholly in it; nil for data and for partial nodes.
    private func highestWholeNode(coveredBy extent: Extent) -> Int? {
        guard extent.kind != .data, leaf.isEmpty else { return nil }
        var best: Int?
        for level in 0...rootLevel {
            let size = MapGeometry.sectors(atLevel: level)
            guard extent.start % size == 0, min(extent.start + size, sectors) <= extent.end else { break }
            best = level
        }
        return best
    }

    /// A node of `level` that ends at `end` is complete; completes its parents where it was their last child.
    private mutating func close(_ node: Node, level: Int, end: UInt64) throws(RepositoryError) {
        var node = node
        var level = level
        position = end
        while true {
            if level == rootLevel {
                pending[rootLevel].append(node)
                return
            }
            pending[level].append(node)
            let parentSize = MapGeometry.sectors(atLevel: level + 1)
            guard end % parentSize == 0 || end == sectors else { return }
            let children = pending[level]
            pending[level] = []
            node = try merge(children, childLevel: level)
            level += 1
        }
    }

    /// One node of the children: still a list of extents when they are few enough, else an interior page.
    private mutating func merge(_ children: [Node], childLevel: Int) throws(RepositoryError) -> Node {
        if let extents = Self.joined(children) { return .extents(extents) }
        var references: [NodeReference] = []
        var count: UInt64 = 0
        for child in children {
            let reference = try materialize(child, level: childLevel)
            count += reference.extents
            references.append(reference)
        }
        while references.count < MapGeometry.fanOut {
            references.append(NodeReference(content: .beyondDisk, level: childLevel, extents: 0))
        }
        let (digest, length) = try pages.store(MapPage.encodeInterior(level: childLevel + 1, children: references))
        pageBytes += UInt64(length)
        return .finished(NodeReference(content: .page(digest, length: length), level: childLevel + 1, extents: count))
    }

    /// The children's extents as one list, or nil when one has pages already or they are too many for a leaf.
    private static func joined(_ children: [Node]) -> [Extent]? {
        var merged: [Extent] = []
        for child in children {
            guard case .extents(let extents) = child else { return nil }
            for extent in extents { append(extent, to: &merged) }
            guard merged.count <= Limits.extentsInLeaf else { return nil }
        }
        return merged
    }

    private mutating func materialize(_ node: Node, level: Int) throws(RepositoryError) -> NodeReference {
        switch node {
        case .finished(let reference): return reference
        case .extents(let extents):
            extentCount += UInt64(extents.count)
            if let only = extents.first, extents.count == 1, only.kind != .data {
                return NodeReference(content: .uniform(only.kind), level: level, extents: 1)
            }
            let (digest, length) = try pages.storeLeaf(extents, level: level)
            pageBytes += UInt64(length)
            return NodeReference(
                content: .page(digest, length: length), level: level, extents: UInt64(extents.count))
        }
    }

    private static func append(_ extent: Extent, to list: inout [Extent]) {
        if let last = list.last, last.joins(extent) {
            list[list.count - 1].length += extent.length
        } else {
            list.append(extent)
        }
    }
}
