/// How amounts are said to people: one way for every program.
package enum Quantity {
    /// "812.3 MiB", "17 bytes": binary prefixes, one decimal.
    package static func bytes(_ count: UInt64) -> String {
        guard count >= 1024 else { return "\(count) bytes" }
        var value = Double(count)
        var unit = 0
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        value /= 1024
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(oneDecimal(value)) \(units[unit])"
    }

    /// "44.1 MiB/s".
    package static func rate(_ bytesPerSecond: Double) -> String {
        "\(bytes(bytesPerSecond.isFinite && bytesPerSecond > 0 ? UInt64(bytesPerSecond) : 0))/s"
    }

    /// "45 s", "3 min 07 s", "2 h 05 min".
    package static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "unknown" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
        return "\(whole / 3600) h \(two(whole / 60 % 60)) min"
    }

    /// "37.5 %".
    package static func percent(_ part: UInt64, of whole: UInt64) -> String {
        whole == 0 ? "100.0 %" : "\(oneDecimal(Double(part) * 100 / Double(whole))) %"
    }

    /// "3.4 s": for times already spent.
    package static func seconds(_ nanoseconds: UInt64) -> String { "\(oneDecimal(Double(nanoseconds) / 1e9)) s" }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private static func oneDecimal(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
