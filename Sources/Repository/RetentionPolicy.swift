/// What is kept of a host's history, and for how long: "all:24h hour:7d day:30d month:1y marked" keeps every write of the
/// last day, the last state of every hour for a week, and so on, and every moment that somebody named.
package struct RetentionPolicy: Hashable, Sendable {
    /// Stretches of the UTC calendar of which one state is kept.
    package enum Period: String, CaseIterable, Sendable {
        case hour, day, week, month, year
    }

    package struct Span: Hashable, Sendable {
        /// 0 is forever.
        package var count: Int64
        package var unit: Character

        /// In nanoseconds; nil is forever.
        package var nanoseconds: Int64? {
            count == 0 ? nil : count * (RetentionPolicy.units[unit] ?? 0) * 1_000_000_000
        }

        package var text: String { count == 0 ? "forever" : "\(count)\(unit)" }
    }

    /// Every write is kept for so long; nil keeps only what follows the newest complete map.
    package var all: Span?
    /// At most one span a period.
    package var periods: [Period: Span] = [:]
    package var keepsMarked = false

    fileprivate static let units: [Character: Int64] = ["h": 3_600, "d": 86_400, "w": 604_800, "y": 31_536_000]

    /// Reads a policy; throws `badInput` that says which word is wrong and what one looks like.
    package init(_ text: String) throws(RepositoryError) {
        let words = text.split { $0 == " " || $0 == "," || $0 == "\n" || $0 == "\t" }
        guard !words.isEmpty else { throw Self.malformed(text, "it has no rules") }
        for word in words {
            if word == "marked" {
                keepsMarked = true
                continue
            }
            let parts = word.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw Self.malformed(text, "\"\(word)\" is not a rule") }
            guard let span = Self.span(parts[1]) else {
                throw Self.malformed(text, "\"\(parts[1])\" is not a length of time (24h, 7d, 4w, 1y, forever)")
            }
            if parts[0] == "all" {
                guard all == nil else { throw Self.malformed(text, "\"all\" is given twice") }
                all = span
            } else {
                guard let period = Period(rawValue: String(parts[0])) else {
                    throw Self.malformed(text, "there is no period \"\(parts[0])\"")
                }
                guard periods[period] == nil else { throw Self.malformed(text, "\"\(period)\" is given twice") }
                periods[period] = span
            }
        }
    }

    private static func span(_ text: Substring) -> Span? {
        if text == "forever" { return Span(count: 0, unit: "y") }
        guard let unit = text.last, units[unit] != nil, let count = Int64(text.dropLast()),
            (1...100_000).contains(count),
            text.first != "+"
        else { return nil }
        // 64 bits of nanoseconds hold 292 years.
        return count * (units[unit] ?? 0) < 9_000_000_000 ? Span(count: count, unit: unit) : nil
    }

    private static func malformed(_ text: String, _ why: String) -> RepositoryError {
        RepositoryError(
            .badInput,
            "\"\(text)\" is not a retention policy: \(why). Give rules such as \"all:24h hour:7d day:30d month:1y marked\": "
                + "every write for 24 hours, then one state an hour, a day, a month (UTC), and every moment with a label. "
                + "Periods: \(Period.allCases.map(\.rawValue).joined(separator: ", ")). Nothing was changed.")
    }

    /// The same policy in the order and spelling that heads store.
    package var text: String {
        var words = all.map { ["all:\($0.text)"] } ?? []
        for period in Period.allCases {
            if let span = periods[period] { words.append("\(period.rawValue):\(span.text)") }
        }
        if keepsMarked { words.append("marked") }
        return words.joined(separator: " ")
    }
}

extension RetentionPolicy.Period {
    /// The number of the period that holds a time, in nanoseconds since 1970, UTC.
    func number(of time: Int64) -> Int64 {
        let days = Timestamp.floorDivide(time, 86_400_000_000_000)
        switch self {
        case .hour: return Timestamp.floorDivide(time, 3_600_000_000_000)
        case .day: return days
        // Weeks begin on Mondays; 1970 began on a Thursday.
        case .week: return Timestamp.floorDivide(days + 3, 7)
        case .month:
            let (year, month, _) = Timestamp.civil(fromDays: days)
            return year * 12 + month
        case .year: return Timestamp.civil(fromDays: days).0
        }
    }
}
