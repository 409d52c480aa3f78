package import RepositoryFormat

/// A point in the past as an operator names it: "latest", an ISO 8601 time, or an age such as "90s", "2h", "3d", "1w".
package enum TimeExpression: Hashable, Sendable {
    case latest
    /// Nanoseconds since 1970, UTC.
    case instant(Int64)
    /// Nanoseconds before now.
    case age(Int64)
    /// Exactly this place in the order of writes: "@EPOCH.SEQUENCE", for times that a clock passed twice.
    case position(Position)

    /// Nil when the text is none of these.
    package init?(_ text: String) {
        if text == "latest" {
            self = .latest
        } else if text.hasPrefix("@") {
            let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false).map { UInt64($0) }
            guard parts.count == 2, let epoch = parts[0], let sequence = parts[1] else { return nil }
            self = .position(Position(epoch: epoch, sequence: sequence))
        } else if let age = Self.age(text) {
            self = .age(age)
        } else if let time = Timestamp.parse(text) {
            self = .instant(time)
        } else {
            return nil
        }
    }

    /// The last instant that counts; nil for "latest" and for positions.
    package func nanoseconds(now: Int64) -> Int64? {
        switch self {
        case .latest, .position: nil
        case .instant(let time): Self.endOfPrinted(time)
        case .age(let age): now - age
        }
    }

    /// Lists print whole seconds: a time given as whole seconds means all of that second, so that a printed moment can be
    /// asked for by what was printed.
    private static func endOfPrinted(_ time: Int64) -> Int64 {
        guard time % 1_000_000_000 == 0 else { return time }
        let (end, overflow) = time.addingReportingOverflow(999_999_999)
        return overflow ? .max : end
    }

    private static func age(_ text: String) -> Int64? {
        let seconds: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ seconds[$0] }), let count = Int64(text.dropLast()), count >= 0,
            text.first != "+", count < 10_000_000
        else { return nil }
        let (age, overflow) = (count * unit).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? nil : age
    }
}
