import Foundation

/// A retention policy as docs/decisions/0007 has it; the engine gets its text.
struct ModelPolicy {
    enum Period: String, CaseIterable {
        case hour, day, week, month, year
    }

    struct Rule {
        let period: Period
        /// Nil: forever.
        let hours: Int?
    }

    /// Every write of so many hours; nil: only what follows the newest complete map.
    var all: Int?
    var rules: [Rule] = []
    var keepsMarked = false

    var text: String {
        var words = rules.map { "\($0.period):\($0.hours.map(Self.span) ?? "forever")" }
        if let all { words.append("all:\(all)h") }
        if keepsMarked { words.append("marked") }
        return words.joined(separator: " ")
    }

    private static func span(_ hours: Int) -> String { hours % 24 == 0 ? "\(hours / 24)d" : "\(hours)h" }
}

extension ModelPolicy.Period {
    /// Weeks begin on Mondays in it.
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .gmt
        return calendar
    }()

    /// What two times share that lie in one period, UTC.
    func name(of time: Int64) -> [Int?] {
        let seconds = (Double(time) / 1_000_000_000).rounded(.down)
        let exact = Int64(seconds) * 1_000_000_000 > time ? seconds - 1 : seconds
        let date = Date(timeIntervalSince1970: exact)
        let parts = Self.calendar.dateComponents(
            [.year, .month, .day, .hour, .weekOfYear, .yearForWeekOfYear], from: date)
        return switch self {
        case .hour: [parts.year, parts.month, parts.day, parts.hour]
        case .day: [parts.year, parts.month, parts.day]
        case .week: [parts.yearForWeekOfYear, parts.weekOfYear]
        case .month: [parts.year, parts.month]
        case .year: [parts.year]
        }
    }
}
