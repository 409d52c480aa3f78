/// Times as people write them: ISO 8601. Printed in UTC with a "Z"; nanoseconds since 1970 inside.
package enum Timestamp {
    /// "2026-11-22T18:00:00Z"; a fraction only with `fraction`, three digits.
    package static func text(ofNanoseconds time: Int64, fraction: Bool = false) -> String {
        let seconds = floorDivide(time, 1_000_000_000)
        let days = floorDivide(seconds, 86_400)
        let (year, month, day) = civil(fromDays: days)
        let rest = seconds - days * 86_400
        // Wrapping: the second of the smallest time of all begins before it.
        let milliseconds = (time &- seconds &* 1_000_000_000) / 1_000_000
        let tail = fraction ? "." + two(milliseconds, width: 3) : ""
        return
            "\(two(year, width: 4))-\(two(month))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))\(tail)Z"
    }

    /// Nanoseconds of a date with or without a time, fraction and zone; without one it is in `zone`. Nil when it is none, and
    /// outside the years 1678 to 2261.
    package static func parse(_ text: String, zone given: UTCOffset = .utc) -> Int64? {
        var reader = Scanner(text)
        guard let year = reader.number(digits: 4), reader.take("-"), let month = reader.number(digits: 2),
            reader.take("-"), let day = reader.number(digits: 2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = daysFromCivil(year, month, day)
        guard civil(fromDays: days) == (year, month, day) else { return nil }
        var nanoseconds: Int64 = 0
        var zone = Int64(given.minutes) * 60
        if !reader.atEnd {
            guard reader.take("T") || reader.take("t") || reader.take(" "),
                let time = reader.timeOfDay(), let offset = reader.zone(otherwise: zone), reader.atEnd
            else { return nil }
            nanoseconds = time
            zone = offset
        }
        // 64 bits of nanoseconds end in the years 1677 and 2262.
        let (whole, overflow) = (days * 86_400 - zone).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = whole.addingReportingOverflow(nanoseconds)
        return overflow || carry ? nil : sum
    }

    private static func two(_ value: Int64, width: Int = 2) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    /// Days since 1970 to the Gregorian date, counted in eras of 400 years that start in March.
    static func civil(fromDays days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func daysFromCivil(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Takes a time apart from left to right.
    private struct Scanner {
        private var rest: Substring.UTF8View

        init(_ text: String) { rest = text[...].utf8 }

        var atEnd: Bool { rest.isEmpty }

        mutating func take(_ character: Character) -> Bool {
            guard let first = rest.first, first == character.asciiValue else { return false }
            rest = rest.dropFirst()
            return true
        }

        mutating func number(digits: Int) -> Int64? {
            guard rest.count >= digits, rest.prefix(digits).allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            defer { rest = rest.dropFirst(digits) }
            return rest.prefix(digits).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }

        /// "14:00", "14:00:05", "14:00:05.25" in nanoseconds.
        mutating func timeOfDay() -> Int64? {
            guard let hour = number(digits: 2), take(":"), let minute = number(digits: 2), hour < 24, minute < 60 else {
                return nil
            }
            var nanoseconds = (hour * 3600 + minute * 60) * 1_000_000_000
            guard take(":") else { return nanoseconds }
            guard let second = number(digits: 2), second <= 60 else { return nil }
            nanoseconds += second * 1_000_000_000
            guard take(".") else { return nanoseconds }
            var scale: Int64 = 100_000_000
            var any = false
            while let digit = number(digits: 1) {
                nanoseconds += digit * scale
                scale /= 10
                any = true
            }
            return any ? nanoseconds : nil
        }

        /// "", "Z", "+01:00", "+0100", "+01": seconds east of UTC.
        mutating func zone(otherwise given: Int64) -> Int64? {
            if atEnd { return given }
            if take("Z") || take("z") { return 0 }
            let sign: Int64
            if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
            guard let hour = number(digits: 2), hour <= 14 else { return nil }
            guard !atEnd else { return sign * hour * 3600 }
            _ = take(":")
            guard let minute = number(digits: 2), minute < 60 else { return nil }
            return sign * (hour * 3600 + minute * 60)
        }
    }
}
