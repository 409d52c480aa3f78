internal import RepositoryFormat

/// Lays cursors over extents that come in order; the first cursor that covers a sector wins.
final class LayerMerge {
    /// Newest layer first.
    private var cursors: [LayerCursor]
    /// Whether the piece handed out last came from a layer.
    private(set) var lastWasCovered = false

    init(_ cursors: [LayerCursor]) { self.cursors = cursors }

    /// Calls `body` with the pieces of `extent` as the layers leave them. Extents must ascend from call to call.
    func cover(_ extent: Extent, _ body: (Extent) throws -> Void) throws {
        var position = extent.start
        while position < extent.end {
            var end = extent.end
            var winner: Extent?
            var index = 0
            while index < cursors.count {
                guard let current = cursors[index].current else {
                    cursors.remove(at: index)
                    continue
                }
                if current.end <= position {
                    try cursors[index].advance()
                    continue
                }
                if current.start <= position {
                    winner = current
                    end = min(end, current.end)
                    break
                }
                end = min(end, current.start)
                index += 1
            }
            lastWasCovered = winner != nil
            try body((winner ?? extent).clipped(to: position..<end))
            position = end
        }
    }
}

/// Joins neighbours on their way.
struct ExtentJoiner {
    private var held: Extent?

    mutating func add(_ extent: Extent, _ body: (Extent) throws -> Void) throws {
        guard var last = held else {
            held = extent
            return
        }
        if last.joins(extent) {
            last.length += extent.length
            held = last
        } else {
            held = extent
            try body(last)
        }
    }

    mutating func finish(_ body: (Extent) throws -> Void) throws {
        if let last = held { try body(last) }
        held = nil
    }
}
