internal import RepositoryFormat

/// A complete map with later layers over it: the extents of a disk at one position.
struct LayerStack: Sendable {
    enum Layered: Sendable {
        case delta(LayerReader)
        case journals(JournalOverlay)
    }

    let map: MapReader
    /// Oldest first.
    let layers: [Layered]
    let cache: BlockCache

    /// Calls `body` with every extent of the disk in `range`, in order, without gaps, neighbours joined. The newest layer
    /// that says something of a sector wins. Holds one block a layer and one page a level in memory.
    func extents(
        of disk: DiskRecord, in range: Range<UInt64>?, _ body: (Extent) throws -> Void
    ) throws {
        guard !layers.isEmpty else { return try map.extents(of: disk, in: range, body) }
        let wanted = range ?? 0..<disk.sectors
        // A look-up reads the same blocks again soon; a walk over the disk never does.
        let cache = range.map { $0.upperBound - $0.lowerBound < 1 << 20 } == true ? self.cache : nil
        let merge = LayerMerge(try cursors(disk.number, wanted, cache: cache))
        var joiner = ExtentJoiner()
        try map.extents(of: disk, in: range) { extent in
            try merge.cover(extent) { try joiner.add($0, body) }
        }
        try joiner.finish(body)
    }

    /// What the layers alone say of the disk, in order, with gaps where they say nothing.
    func changes(of disk: UInt32, in range: Range<UInt64>, _ body: (Extent) throws -> Void) throws {
        let merge = LayerMerge(try cursors(disk, range, cache: nil))
        var joiner = ExtentJoiner()
        try merge.cover(Extent(start: range.lowerBound, length: range.upperBound - range.lowerBound, kind: .unknown)) {
            if merge.lastWasCovered { try joiner.add($0, body) }
        }
        try joiner.finish(body)
    }

    private func cursors(
        _ disk: UInt32, _ range: Range<UInt64>, cache: BlockCache?
    ) throws(RepositoryError) -> [LayerCursor] {
        var cursors: [LayerCursor] = []
        for layer in layers.reversed() {
            switch layer {
            case .delta(let reader):
                cursors.append(try LayerCursor(reader, disk: disk, range: range, cache: cache))
            case .journals(let journals):
                if let overlay = try journals.overlay(of: disk) { cursors.append(LayerCursor(overlay, range: range)) }
            }
        }
        return cursors
    }
}
