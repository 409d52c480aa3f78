package import RepositoryFormat

/// All that a head and its manifests list of a host, sorted, and the ways from one position to another.
package struct History: Sendable {
    /// Ascending by position.
    package let moments: [Moment]
    /// Ascending by base, longest first; roll-ups stand beside what they were made of.
    package let layers: [Layer]
    /// Ascending by start.
    package let gaps: [Gap]
    /// Ascending by position.
    package let marks: [Mark]

    package init(_ entries: HistoryEntries) {
        moments = entries.moments.sorted { $0.position < $1.position }
        layers = entries.layers.sorted { ($0.base, $1.last, $0.kind.rawValue) < ($1.base, $0.last, $1.kind.rawValue) }
        gaps = entries.gaps.sorted { $0.from < $1.from }
        marks = entries.marks.sorted { ($0.position, $0.time) < ($1.position, $1.time) }
    }

    /// How a position is opened: a complete map, and the layers to put over it, oldest first.
    package struct Path: Sendable {
        package var base: Moment
        package var layers: [Layer]
        /// The last layer is a journal that goes on beyond the position: only its first records count.
        package var endsInside: Bool
    }

    /// The shortest way to `position`; nil when nothing leads there.
    package func path(to position: Position) -> Path? {
        var end = moments.partitioningIndex { $0.position > position }
        while end > 0 {
            end -= 1
            if let path = path(from: moments[end], to: position) { return path }
        }
        return nil
    }

    private func path(from base: Moment, to position: Position) -> Path? {
        var path = Path(base: base, layers: [], endsInside: false)
        var reached = base.position
        while reached < position {
            var index = layers.partitioningIndex { $0.base >= reached }
            var inside: Layer?
            var step: Layer?
            while index < layers.count, layers[index].base == reached {
                let layer = layers[index]
                if layer.last <= position {
                    // Sorted by length: the first that does not overshoot reaches furthest; of equals, the delta.
                    if step == nil || (layer.last == step?.last && layer.kind == .delta) { step = layer }
                } else if layer.kind == .journal {
                    inside = layer
                }
                index += 1
            }
            if let step {
                path.layers.append(step)
                reached = step.last
            } else if let inside, position.epoch == inside.last.epoch, position.sequence > 0 {
                path.layers.append(inside)
                path.endsInside = true
                reached = position
            } else {
                return nil
            }
        }
        return path
    }

    /// The newest position that anything leads to, gaps left aside.
    package var newest: Position? {
        guard var position = moments.last?.position else { return layers.last?.last }
        while let layer = layers[layers.partitioningIndex { $0.base >= position }...].first, layer.base == position {
            position = layer.last
        }
        return position
    }

    /// Whether the state at `position` is not known (inside a gap).
    package func isHidden(_ position: Position) -> Bool { gaps.contains { $0.hides(position) } }
}

extension Array {
    /// The first index whose element fulfils `predicate`, in an array where none does before all that do.
    package func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
