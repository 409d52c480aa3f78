extension TimeExpression {
    /// Also as people say it, beside everything that `init(_:)` takes: "yesterday 14:00", "today 9:30", "14:00" (the last
    /// time that clocks showed it), "2h ago". Times without a zone are in `zone`; `now` in nanoseconds since 1970, UTC.
    package init?(_ text: String, now: Int64, zone: UTCOffset) {
        let ages: [String: Int64] = ["today": 0, "yesterday": 1]
        let words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        if words.count == 2, words[1] == "ago", let expression = TimeExpression(words[0]), case .age = expression {
            self = expression
        } else if words.count == 2, let days = ages[words[0]],
            let time = Self.time(words[1], daysBefore: days, now, zone)
        {
            self = .instant(time)
        } else if words.count == 1, let today = Self.time(words[0], daysBefore: 0, now, zone) {
            self = .instant(today <= now ? today : today - Self.day)
        } else if let time = Timestamp.parse(text, zone: zone) {
            self = .instant(time)
        } else if let expression = TimeExpression(text) {
            self = expression
        } else {
            return nil
        }
    }

    private static let day: Int64 = 86_400 * 1_000_000_000

    /// "9:30" or "14:00:05" of a day.
    private static func time(_ text: String, daysBefore days: Int64, _ now: Int64, _ zone: UTCOffset) -> Int64? {
        guard text.contains(":") else { return nil }
        let date = Timestamp.text(ofNanoseconds: now + zone.nanoseconds - days * day).prefix(10)
        let hour = text.prefix { $0 != ":" }
        return Timestamp.parse("\(date)T" + (hour.utf8.count == 1 ? "0" : "") + text, zone: zone)
    }
}
