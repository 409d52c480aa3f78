internal import RepositoryFormat

/// Walks one layer's extents of a disk inside a range, in order. Holds one block.
struct LayerCursor {
    private enum Source {
        case overlay(Overlay)
        case delta(LayerReader, disk: UInt32, cache: BlockCache?)
    }

    private let source: Source
    private let end: UInt64
    private var extents: [Extent] = []
    private var position = 0
    private var nextBlock = 0
    /// The extent at or behind the walk's position; nil at the end of the range.
    private(set) var current: Extent?

    init(_ overlay: Overlay, range: Range<UInt64>) {
        source = .overlay(overlay)
        end = range.upperBound
        extents = overlay.extents
        position = extents.partitioningIndex { $0.end > range.lowerBound }
        current = position < extents.count && extents[position].start < end ? extents[position] : nil
    }

    /// `disk` is the disk's number in the timeline.
    init(_ reader: LayerReader, disk: UInt32, range: Range<UInt64>, cache: BlockCache?) throws(RepositoryError) {
        end = range.upperBound
        guard let local = reader.index.disks.firstIndex(where: { $0.number == disk }) else {
            source = .overlay(Overlay())
            return
        }
        source = .delta(reader, disk: UInt32(local), cache: cache)
        nextBlock = reader.index.blocks.partitioningIndex {
            ($0.disk, $0.range.upperBound) > (UInt32(local), range.lowerBound)
        }
        try load()
        while let extent = current, extent.end <= range.lowerBound { try advance() }
    }

    /// Steps to the next extent.
    mutating func advance() throws(RepositoryError) {
        position += 1
        if position < extents.count {
            current = extents[position].start < end ? extents[position] : nil
        } else {
            try load()
        }
    }

    private mutating func load() throws(RepositoryError) {
        current = nil
        guard case .delta(let reader, let disk, let cache) = source, nextBlock < reader.index.blocks.count,
            reader.index.blocks[nextBlock].disk == disk, reader.index.blocks[nextBlock].range.lowerBound < end
        else { return }
        if let cache {
            extents = try cache.extents(of: reader, block: nextBlock)
        } else {
            extents = try reader.extents(ofBlock: nextBlock)
        }
        position = 0
        nextBlock += 1
        current = extents[0].start < end ? extents[0] : nil
    }
}
