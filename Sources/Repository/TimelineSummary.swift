package import RepositoryFormat

/// A timeline as lists show it: `lifeboat timeline --json` and `/api/v1/hosts/{name}`. Lists are oldest first; times are
/// ISO 8601, UTC, whole seconds; sizes in bytes. Members are only ever added.
package struct TimelineSummary: Codable, Sendable {
    package var host: String
    package var id: String
    package var head: UInt64
    /// Between these any time can be asked for, gaps left out; nil for a host without moments.
    package var oldest: String?
    package var newest: String?
    /// Those with a complete map.
    package var moments: [MomentSummary]
    package var marks: [MarkSummary]
    package var gaps: [GapSummary]
    package var stretches: [StretchSummary]
    package var segments: SegmentsSummary
    /// Hours in which something was written.
    package var activity: [HourSummary]
    /// The retention policy; nil keeps everything.
    package var retention: String?

    /// Of the whole timeline, or of what lies between two times.
    package init(_ timeline: Timeline, between range: ClosedRange<Int64> = .min ... .max) {
        let history = timeline.history
        let activity = Activity(history)
        host = timeline.host.name
        id = timeline.host.id.text
        head = timeline.head.number
        oldest = timeline.range.map { Timestamp.text(ofNanoseconds: $0.oldest) }
        newest = timeline.range.map { Timestamp.text(ofNanoseconds: $0.newest) }
        let drills = history.drills
        moments = history.moments.filter { range.contains($0.time) }.map {
            MomentSummary($0, drill: drills[$0.position])
        }
        marks = history.marks.filter { range.contains($0.time) }.map(MarkSummary.init)
        gaps = history.gaps.filter { $0.fromTime <= range.upperBound && $0.toTime ?? .max >= range.lowerBound }
            .map(GapSummary.init)
        stretches = activity.stretches.filter { $0.from <= range.upperBound && $0.to >= range.lowerBound }
            .map(StretchSummary.init)
        segments = SegmentsSummary(history.layers)
        self.activity = HourSummary.hours(of: activity, between: range)
        retention = timeline.head.retention
    }
}

/// A named position.
package struct MarkSummary: Codable, Sendable {
    package var time: String
    package var position: String
    package var kind: String
    package var label: String

    package init(_ mark: Mark) {
        time = Timestamp.text(ofNanoseconds: mark.time)
        position = mark.position.description
        kind = mark.kind.text
        label = mark.label
    }
}

/// A stretch that was not, or not finely, captured.
package struct GapSummary: Codable, Sendable {
    package var reason: String
    package var from: String
    package var fromPosition: String
    /// Nil while it lasts.
    package var to: String?
    package var toPosition: String?
    /// Whether times inside can be opened: the host was off, so nothing changed.
    package var isKnown: Bool
    /// Nil while it lasts.
    package var seconds: Double?

    package init(_ gap: Gap) {
        reason = gap.reason.text
        from = Timestamp.text(ofNanoseconds: gap.fromTime)
        fromPosition = gap.from.description
        to = gap.toTime.map { Timestamp.text(ofNanoseconds: $0) }
        toPosition = gap.to?.description
        isKnown = !gap.isUnknown
        seconds = gap.toTime.map { (Double($0) - Double(gap.fromTime)) / 1e9 }
    }
}

/// A part of the timeline and how finely it is kept.
package struct StretchSummary: Codable, Sendable {
    package var from: String
    package var to: String
    package var granularity: String

    package init(_ stretch: Stretch) {
        from = Timestamp.text(ofNanoseconds: stretch.from)
        to = Timestamp.text(ofNanoseconds: stretch.to)
        granularity = stretch.text
    }
}

/// The objects that hold changes; their data may lie in packs besides.
package struct SegmentsSummary: Codable, Sendable {
    package var count: Int
    package var bytes: UInt64
    /// Writes that can be told apart.
    package var writes: UInt64

    package init(_ layers: [Layer]) {
        count = layers.count
        bytes = layers.reduce(0) { $0 &+ $1.length }
        writes = layers.reduce(0) { $1.kind == .journal ? $0 &+ $1.entries : $0 }
    }
}

/// What was written in an hour.
package struct HourSummary: Codable, Sendable {
    /// The hour's start.
    package var time: String
    /// Journal records; where only the net change is kept, its extents.
    package var writes: UInt64

    private static let hour: Int64 = 3_600 * 1_000_000_000

    static func hours(of activity: Activity, between range: ClosedRange<Int64>) -> [HourSummary] {
        var hours: [Int64: Double] = [:]
        for span in activity.spans {
            let first = max(span.from, range.lowerBound) / hour
            let last = min(span.to, range.upperBound) / hour
            // A clock that was set by years makes a span of years.
            guard first <= last, last - first < 100_000 else { continue }
            let part = Activity(spans: [span])
            for (index, count) in part.counts(in: (first...last + 1).map { $0 * hour }).enumerated() {
                hours[first + Int64(index), default: 0] += count
            }
        }
        // In which hour a write of a joined segment lies is an estimate, how many there are is not: what one hour is rounded by
        // goes to the next.
        var sum = 0.0
        return hours.sorted { $0.key < $1.key }.compactMap { start, count in
            let before = sum.rounded()
            sum += count
            let writes = UInt64(max(0, sum.rounded() - before))
            return writes == 0 ? nil : HourSummary(time: Timestamp.text(ofNanoseconds: start * hour), writes: writes)
        }
    }
}

extension Mark.Kind {
    package var text: String {
        switch self {
        case .cleanShutdown: "clean shutdown"
        case .frozen: "frozen"
        case .endOfScan: "end of scan"
        case .label: "label"
        case .drill: "drill"
        }
    }
}
