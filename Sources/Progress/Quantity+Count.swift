extension Quantity {
    /// "12,345".
    package static func count(_ value: UInt64) -> String {
        var text = ""
        for (number, digit) in String(value).reversed().enumerated() {
            if number > 0, number % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}
