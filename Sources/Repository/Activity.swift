internal import RepositoryFormat

/// How much changed when, and how finely it is kept: from what the history lists of its layers, no journal is read.
///
/// Follows the finest way through the history: journals where there are any, else the shortest deltas, else from map to map.
package struct Activity: Sendable {
    /// Writes (for a delta: extents of its net change) between two times, in nanoseconds since 1970, UTC.
    package struct Span: Hashable, Sendable {
        package var from: Int64
        package var to: Int64
        package var writes: UInt64
    }

    /// In their order on the timeline; times step back where the clock did.
    package private(set) var spans: [Span] = []
    /// Without the times of which nothing is known.
    package private(set) var stretches: [Stretch] = []

    init(spans: [Span]) { self.spans = spans }

    package init(_ history: History) {
        guard let first = history.moments.first else { return }
        var reached = first.position
        var time = first.time
        var nextMoment = 1
        while true {
            if let layer = Self.step(from: reached, history) {
                spans.append(Span(from: layer.earliest, to: layer.latest, writes: layer.entries))
                let granularity: Stretch.Granularity =
                    layer.kind == .journal
                    ? .everyWrite : .interval(Stretch.interval(ofMilliseconds: UInt64(layer.granularityInMilliseconds)))
                add(Stretch(granularity: granularity, from: time, to: layer.endTime))
                (reached, time) = (layer.last, layer.endTime)
                continue
            }
            while nextMoment < history.moments.count, history.moments[nextMoment].position <= reached {
                nextMoment += 1
            }
            guard nextMoment < history.moments.count else { break }
            let moment = history.moments[nextMoment]
            let span = UInt64(max(0, moment.time.subtractingReportingOverflow(time).partialValue) / 1_000_000)
            add(
                Stretch(
                    granularity: moment.kind == .checkpoint
                        ? .interval(Stretch.interval(ofMilliseconds: span)) : .scans,
                    from: time, to: moment.time))
            (reached, time) = (moment.position, moment.time)
        }
        cutGaps(history.gaps)
    }

    /// The finest layer that goes on from a position; where none begins there, one that reaches over it.
    private static func step(from position: Position, _ history: History) -> Layer? {
        var index = history.layers.partitioningIndex { $0.base >= position }
        var best: Layer?
        while index < history.layers.count, history.layers[index].base == position {
            let layer = history.layers[index]
            // Sorted by length, longest first.
            if layer.kind == .journal || best?.kind != .journal { best = layer }
            index += 1
        }
        if let best { return best }
        let next = history.moments.first { $0.position > position }?.position
        return history.layers.first { $0.base < position && position < $0.last && next.map { $0 > position } != false }
    }

    private mutating func add(_ stretch: Stretch) {
        if let last = stretches.last, last.granularity == stretch.granularity, last.to == stretch.from,
            stretch.to >= stretch.from
        {
            stretches[stretches.count - 1].to = stretch.to
        } else if stretch.to > stretch.from {
            stretches.append(stretch)
        }
    }

    private mutating func cutGaps(_ gaps: [Gap]) {
        for gap in gaps where gap.isUnknown {
            let end = gap.toTime ?? .max
            stretches = stretches.flatMap { stretch -> [Stretch] in
                guard gap.fromTime < stretch.to, stretch.from < end else { return [stretch] }
                return [
                    Stretch(granularity: stretch.granularity, from: stretch.from, to: gap.fromTime),
                    Stretch(granularity: stretch.granularity, from: end, to: stretch.to),
                ].filter { $0.from < $0.to }
            }
        }
    }

    /// The writes of every cell; `starts` has the first times of cells in ascending order, and the end of the last one.
    /// The writes of a span count evenly over its time.
    package func counts(in starts: [Int64]) -> [Double] {
        var counts = [Double](repeating: 0, count: max(0, starts.count - 1))
        for span in spans {
            // Times are whole microseconds; the last one belongs to the span.
            let end = min(span.to, .max - 1_000) + 1_000
            let length = max(1_000, Double(end) - Double(span.from))
            var cell = max(0, starts.partitioningIndex { $0 > span.from } - 1)
            while cell < counts.count, starts[cell] <= span.to {
                let overlap = min(end, starts[cell + 1]) - max(span.from, starts[cell])
                if overlap > 0 { counts[cell] += Double(span.writes) * Double(overlap) / length }
                cell += 1
            }
        }
        return counts
    }
}
