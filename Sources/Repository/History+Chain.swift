internal import RepositoryFormat

extension History {
    /// A layer, or of a journal the records after and up to some positions.
    struct Piece: Sendable {
        var layer: Layer
        /// Only records after it; nil: from the layer's base.
        var after: Position?
        /// Only records up to it; nil: to the layer's end.
        var upTo: Position?

        var isWhole: Bool { after == nil && upTo == nil }
    }

    /// The layers that turn the state at `start` into the state at `end`, either of which may lie inside a journal; nil when
    /// there is no such way.
    func chain(from start: Position, to end: Position) -> [Piece]? {
        var pieces: [Piece] = []
        var reached = start
        while reached < end {
            let from = layers.partitioningIndex { $0.base >= reached }
            let next = layers[from...].prefix { $0.base == reached }
            let inside = next.last { $0.kind == .journal && $0.last > end && $0.last.epoch == end.epoch }
            // Sorted by length: the first that does not overshoot reaches furthest; of equals, the delta.
            if let furthest = next.first(where: { $0.last <= end }) {
                let step = next.last { $0.last == furthest.last && $0.kind == .delta } ?? furthest
                pieces.append(Piece(layer: step))
                reached = step.last
            } else if let inside {
                pieces.append(Piece(layer: inside, upTo: end))
                reached = end
            } else if pieces.isEmpty, let around = journal(around: start) {
                pieces.append(Piece(layer: around, after: start, upTo: end < around.last ? end : nil))
                reached = min(end, around.last)
            } else {
                return nil
            }
        }
        return pieces
    }

    /// The shortest journal that has `position` strictly inside.
    private func journal(around position: Position) -> Layer? {
        layers.filter { layer in
            layer.kind == .journal && layer.base < position && position < layer.last
                && layer.last.epoch == position.epoch
        }.max { $0.base < $1.base }
    }
}
