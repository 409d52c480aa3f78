/// A part of a timeline whose states are kept equally finely. Times in nanoseconds since 1970, UTC.
package struct Stretch: Hashable, Sendable {
    package enum Granularity: Hashable, Sendable {
        /// Any instant can be opened.
        case everyWrite
        /// One state in so many milliseconds.
        case interval(UInt64)
        /// Only what was scanned.
        case scans
    }

    package var granularity: Granularity
    package var from: Int64
    package var to: Int64

    package init(granularity: Granularity, from: Int64, to: Int64) {
        self.granularity = granularity
        self.from = from
        self.to = to
    }

    private static let intervals: [(milliseconds: UInt64, text: String)] = [
        (60_000, "one state a minute"), (300_000, "one state in 5 minutes"), (3_600_000, "one state an hour"),
        (86_400_000, "one state a day"), (7 * 86_400_000, "one state a week"), (31 * 86_400_000, "one state a month"),
    ]

    /// The interval that states so far apart promise: the next of those that people think in.
    static func interval(ofMilliseconds span: UInt64) -> UInt64 {
        intervals.first { $0.milliseconds >= span }?.milliseconds ?? span
    }

    /// "every write", "one state an hour", "scans only".
    package var text: String {
        switch granularity {
        case .everyWrite: "every write"
        case .scans: "scans only"
        case .interval(let span):
            Self.intervals.first { $0.milliseconds == span }?.text ?? "one state in \(span / 86_400_000) days"
        }
    }
}
