internal import Progress
internal import Repository

/// Screen 3: which moment. Newest first, `pageLength` a page; or typed as a time or an age.
struct MomentScreen: Sendable {
    /// Fits 24 lines with title, heading and help.
    static let pageLength = 15

    enum Choice {
        case listed(MomentChoice)
        /// A state between the listed ones.
        case time(TimeExpression)
    }

    let host: String
    /// Newest first.
    let moments: [MomentChoice]
    /// Whether any time can be asked for, not only the listed ones.
    let isFollowed: Bool
    private var pages: Pages

    /// `moments` oldest first, as timelines are.
    init(host: String, moments: [MomentChoice], isFollowed: Bool = false) {
        self.host = host
        self.isFollowed = isFollowed
        self.moments = moments.reversed()
        pages = Pages(count: moments.count, length: Self.pageLength)
    }

    var text: ScreenText {
        var table = TextTable(console: ["", "MOMENT (UTC)", "KIND", "DISKS", "DATA", "LABEL"])
        for number in pages.shown {
            let moment = moments[number]
            table.add(console: [
                "\(number + 1)", moment.text, moment.quality, Quantity.bytes(moment.diskBytes),
                Quantity.bytes(moment.dataBytes), moment.note,
            ])
        }
        return ScreenText(
            "choose the moment",
            ["\(host), newest first:"] + table.consoleLines + [
                "", "\(pages.hint)Type a number, a time (2026-11-20 14:00), an age (2h, 3d), or latest.",
                (isFollowed ? "Any second can be typed, not only these. " : "")
                    + "Enter takes the newest. back or menu leaves.",
            ], prompt: "Moment", rows: pages.rows(under: 2))
    }

    mutating func answer(_ line: String, now: Int64) -> Answer<Choice> {
        guard let newest = moments.first else { return .complaint("\(host) has no moments.") }
        if line.isEmpty { return .take(.listed(newest)) }
        return pages.turn(line) ?? chosen(line, now: now)
    }

    private func chosen(_ line: String, now: Int64) -> Answer<Choice> {
        if let number = Int(line) {
            guard moments.indices.contains(number - 1) else {
                return .complaint("There is no moment \(number): the list goes from 1 to \(moments.count).")
            }
            return .take(.listed(moments[number - 1]))
        }
        guard let time = TimeExpression(line.lowercased() == "latest" ? "latest" : line) else {
            return .complaint(
                "\"\(line)\" is neither a number nor a time such as 2026-11-20 14:00 (UTC), an age such as 2h, or latest."
            )
        }
        if time == .latest { return .take(.listed(moments[0])) }
        if isFollowed { return .take(.time(time)) }
        guard let limit = time.nanoseconds(now: now) else {
            return .complaint("Positions can only be given where writes were followed; \(host) was scanned only.")
        }
        guard let moment = moments.first(where: { $0.time <= limit }) else {
            let oldest = moments.last?.text ?? "-"
            return .complaint(
                "There is no moment at or before \(Timestamp.text(ofNanoseconds: limit)); the oldest is \(oldest).")
        }
        return .take(.listed(moment))
    }
}
