internal import Progress
internal import Repository
internal import RepositoryFormat
internal import TerminalScreen

/// Screen 3: which moment. As a picture of the timeline in which a cell is chosen, as a list, newest first, or typed as a time
/// or an age.
struct MomentScreen: Sendable {
    /// Fits 24 lines with title, heading and help.
    static let pageLength = 14
    private static let chartRows = 10

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
    private let zone: UTCOffset
    private var pages: Pages
    private var window: ChartWindow?
    private var showsChart: Bool

    /// `moments` oldest first, as timelines are. The picture comes first where a list would not say much.
    init(
        host: String, moments: [MomentChoice], isFollowed: Bool = false, chart: ActivityChart? = nil,
        zone: UTCOffset = .utc
    ) {
        self.host = host
        self.isFollowed = isFollowed
        self.moments = moments.reversed()
        self.zone = zone
        pages = Pages(count: moments.count, length: Self.pageLength)
        window = chart.map { ChartWindow($0, zone: zone, rows: Self.chartRows) }
        showsChart = window != nil && (isFollowed || moments.count > Self.pageLength)
    }

    var text: ScreenText {
        if showsChart, let window { return picture(window) }
        var table = TextTable(console: ["", "MOMENT (\(zone.text))", "KIND", "DISKS", "DATA", "LABEL"])
        for number in pages.shown {
            let moment = moments[number]
            table.add(console: [
                "\(number + 1)", zone.text(ofNanoseconds: moment.time), moment.quality,
                Quantity.bytes(moment.diskBytes), Quantity.bytes(moment.dataBytes), moment.note,
            ])
        }
        return ScreenText(
            "choose the moment",
            ["\(host), newest first:"] + table.consoleLines + [
                "", "\(pages.hint)Type a number, a time (2026-11-20 14:00), an age (2h, 3d), or latest.",
                "yesterday 14:00 will do as well." + (window == nil ? "" : " chart draws the timeline."),
                (isFollowed ? "Any second can be typed, not only these. " : "")
                    + "Enter takes the newest. back or menu leaves.",
            ], prompt: "Moment", rows: pages.rows(under: 2))
    }

    private func picture(_ window: ChartWindow) -> ScreenText {
        ScreenText(
            "choose the moment",
            ["\(host), \(window.unit) a column, times in \(zone.text):"] + window.lines + [
                "Chosen: \(span(window.cell)), \(contents(window))", enterTakes(window), "",
                "Keys, or typed: < > a column, << >> a row, + finer, - coarser; list: moments.",
                "Or type a time (2026-11-20 14:00, yesterday 14:00), an age (2h), or latest.",
                "back or menu leaves.",
            ], prompt: "Moment",
            keys: [
                .left: "<", .right: ">", .up: "<<", .down: ">>", .pageUp: "-", .pageDown: "+",
                .byte(UInt8(ascii: "<")): "<", .byte(UInt8(ascii: ">")): ">", .byte(UInt8(ascii: "-")): "-",
                .byte(UInt8(ascii: "+")): "+",
            ])
    }

    /// "2026-11-20T14:00:00Z to 14:59:59Z".
    private func span(_ cell: ClosedRange<Int64>) -> String {
        let (first, last) = (zone.text(ofNanoseconds: cell.lowerBound), zone.text(ofNanoseconds: cell.upperBound))
        return first.prefix(10) == last.prefix(10) ? "\(first) to \(last.dropFirst(11))" : "\(first) to \(last)"
    }

    /// What is in the chosen cell: writes, and what is listed there.
    private func contents(_ window: ChartWindow) -> String {
        var parts = isFollowed ? [Quantity.count(window.writes) + " writes"] : []
        let inside = moments.indices.filter { window.cell.contains(moments[$0].time) }
        if let newest = inside.first {
            let label = moments[newest].label.isEmpty ? "" : " '\(PlainText.cut(moments[newest].label, 24))'"
            parts.append(
                inside.count == 1
                    ? "moment \(newest + 1)\(label)" : "\(inside.count) moments, the last is \(newest + 1)\(label)")
        }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }

    private func enterTakes(_ window: ChartWindow) -> String {
        if let gap = window.gap { return "Nothing is known of its end: \(gap.reason.text). Enter cannot take it." }
        if window.isNewest { return "Enter takes the newest state there is." }
        if isFollowed { return "Enter takes the state at the end of it." }
        guard let moment = newest(notAfter: window.chosen) else { return "There is no moment that old." }
        return "Enter takes the newest moment up to then: \(zone.text(ofNanoseconds: moment.time))."
    }

    private func newest(notAfter time: Int64) -> MomentChoice? { moments.first { $0.time <= time } }

    mutating func answer(_ line: String, now: Int64) -> Answer<Choice> {
        guard let newest = moments.first else { return .complaint("\(host) has no moments.") }
        switch line.lowercased() {
        case "list", "chart":
            guard window != nil else { return .complaint("There is nothing to draw of \(host).") }
            showsChart = line.lowercased() == "chart"
            return .again
        default: break
        }
        if showsChart, var window {
            if let isMoved = Self.move(&window, line) {
                self.window = window
                return isMoved ? .again : .complaint("There is nothing beyond.")
            }
            if line.isEmpty, !window.isNewest { return chosen(window) }
        } else if let turned: Answer<Choice> = pages.turn(line) {
            return turned
        }
        return line.isEmpty ? .take(.listed(newest)) : chosen(line, now: now)
    }

    /// Whether "<", "<5", ">>", "+" or "-" led anywhere; nil for other lines.
    private static func move(_ window: inout ChartWindow, _ line: String) -> Bool? {
        switch line {
        case "+": return window.zoom(by: 1)
        case "-": return window.zoom(by: -1)
        case "<<": return window.move(rows: -1)
        case ">>": return window.move(rows: 1)
        default:
            guard let sign = line.first, sign == "<" || sign == ">",
                let count = line.count == 1 ? 1 : Int(line.dropFirst()), (1...999).contains(count)
            else { return nil }
            return window.move(cells: sign == "<" ? -count : count)
        }
    }

    private func chosen(_ window: ChartWindow) -> Answer<Choice> {
        if isFollowed { return .take(.time(.instant(window.chosen))) }
        return newest(notAfter: window.chosen).map { .take(.listed($0)) } ?? .complaint("There is no moment that old.")
    }

    private func chosen(_ line: String, now: Int64) -> Answer<Choice> {
        if let number = Int(line) {
            guard moments.indices.contains(number - 1) else {
                return .complaint("There is no moment \(number): the list goes from 1 to \(moments.count).")
            }
            return .take(.listed(moments[number - 1]))
        }
        guard let time = TimeExpression(line.lowercased() == "latest" ? "latest" : line, now: now, zone: zone) else {
            return .complaint(
                "\"\(line)\" is neither a number nor a time such as 2026-11-20 14:00 (\(zone.text)) or yesterday 14:00, "
                    + "an age such as 2h, or latest.")
        }
        if time == .latest { return .take(.listed(moments[0])) }
        if isFollowed { return .take(.time(time)) }
        guard let limit = time.nanoseconds(now: now) else {
            return .complaint("Positions can only be given where writes were followed; \(host) was scanned only.")
        }
        guard let moment = newest(notAfter: limit) else {
            let oldest = moments.last.map { zone.text(ofNanoseconds: $0.time) } ?? "-"
            return .complaint(
                "There is no moment at or before \(zone.text(ofNanoseconds: limit)); the oldest is \(oldest).")
        }
        return .take(.listed(moment))
    }
}
