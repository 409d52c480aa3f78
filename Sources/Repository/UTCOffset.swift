/// A time zone as a fixed distance from UTC: how times are shown, and read where they name no zone of their own. Without rules
/// for summer: what is shown always says its distance.
package struct UTCOffset: Hashable, Sendable {
    package static let utc = UTCOffset(minutes: 0)

    /// East of UTC.
    package let minutes: Int

    private init(minutes: Int) { self.minutes = minutes }

    /// "UTC", "+1", "UTC+01:00", "-0330"; nil for others and beyond 14 hours, where no zone is.
    package init?(_ text: String) {
        var text = text.uppercased()[...]
        if text == "Z" || text == "UTC" { self = .utc; return }
        if text.hasPrefix("UTC") { text = text.dropFirst(3) }
        guard let sign = text.popFirst(), sign == "+" || sign == "-" else { return nil }
        let digits = text.filter { $0 != ":" }
        guard (1...4).contains(digits.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(digits)
        else { return nil }
        let (hours, minutes) = digits.count > 2 ? (number / 100, number % 100) : (number, 0)
        guard minutes < 60, hours * 60 + minutes <= 14 * 60 else { return nil }
        self.minutes = (sign == "+" ? 1 : -1) * (hours * 60 + minutes)
    }

    package var nanoseconds: Int64 { Int64(minutes) * 60_000_000_000 }

    /// "UTC", "UTC+01:00".
    package var text: String { minutes == 0 ? "UTC" : "UTC" + distance }

    private var distance: String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return (minutes < 0 ? "-" : "+") + two(abs(minutes) / 60) + ":" + two(abs(minutes) % 60)
    }

    /// "2026-11-22T18:00:00Z", "2026-11-22T19:00:00+01:00".
    package func text(ofNanoseconds time: Int64) -> String {
        let (local, overflow) = time.addingReportingOverflow(nanoseconds)
        // At the ends of what 64 bits hold there is only UTC.
        if minutes == 0 || overflow { return Timestamp.text(ofNanoseconds: time) }
        return Timestamp.text(ofNanoseconds: local).dropLast() + distance
    }
}
