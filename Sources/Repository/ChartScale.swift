/// Which time a row and a column of a chart stand for: an hour of minutes, a day of hours, or a month of days.
enum ChartScale {
    case minutes
    case hours
    case days

    private static let second: Int64 = 1_000_000_000

    /// One row: the first times of its cells, and the end of the last.
    struct Row {
        var label: String
        var starts: [Int64]
    }

    init(_ range: ClosedRange<Int64>) {
        let seconds = range.upperBound / Self.second - range.lowerBound / Self.second
        self = seconds <= 6 * 3_600 ? .minutes : seconds <= 35 * 86_400 ? .hours : .days
    }

    /// The longest chart: as many rows, the newest.
    private static let rowLimit = 60

    /// Cells that do not touch `range` at the end of the last row are there all the same; they are empty.
    func rows(_ range: ClosedRange<Int64>) -> [Row] {
        var rows: [Row] = []
        var start = floor(range.lowerBound)
        while start <= range.upperBound {
            let end = next(start)
            let step = (end - start) / Int64(cells(from: start, to: end))
            rows.append(
                Row(label: label(start), starts: (0...cells(from: start, to: end)).map { start + Int64($0) * step }))
            start = end
        }
        return rows.suffix(Self.rowLimit)
    }

    var labelWidth: Int {
        switch self {
        case .minutes: 13
        case .hours: 12
        case .days: 9
        }
    }

    var cellsInRow: Int {
        switch self {
        case .minutes: 30
        case .hours: 24
        case .days: 31
        }
    }

    var cellName: String {
        switch self {
        case .minutes: "2 minutes"
        case .hours: "an hour"
        case .days: "a day"
        }
    }

    /// The line over the rows.
    func heading(_ style: ActivityChart.Style) -> String {
        var line = String(repeating: " ", count: labelWidth)
        switch self {
        case .minutes: for minute in [":00", ":10", ":20", ":30", ":40", ":50"] { line += minute + "       " }
        case .hours: for hour in stride(from: 0, to: 24, by: 2) { line += (hour < 10 ? "0" : "") + "\(hour)  " }
        case .days: for day in stride(from: 1, through: 31, by: 2) { line += (day < 10 ? "0" : "") + "\(day)  " }
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    private func label(_ start: Int64) -> String {
        let text = Timestamp.text(ofNanoseconds: start)
        let label: any StringProtocol =
            switch self {
            case .minutes: text.prefix(16).dropFirst(5).map { $0 == "T" ? " " : String($0) }.joined()
            case .hours: text.prefix(10)
            case .days: text.prefix(7)
            }
        return String(label) + String(repeating: " ", count: labelWidth - label.count)
    }

    private func cells(from start: Int64, to end: Int64) -> Int {
        self == .days ? Int((end - start) / (86_400 * Self.second)) : cellsInRow
    }

    /// The start of the row that holds `time`.
    private func floor(_ time: Int64) -> Int64 {
        switch self {
        case .minutes: time - Self.modulo(time, 3_600 * Self.second)
        case .hours: time - Self.modulo(time, 86_400 * Self.second)
        case .days:
            Timestamp.parse(Timestamp.text(ofNanoseconds: time).prefix(8) + "01")
                ?? time - Self.modulo(time, 86_400 * Self.second)
        }
    }

    private func next(_ start: Int64) -> Int64 {
        switch self {
        case .minutes: start + 3_600 * Self.second
        case .hours: start + 86_400 * Self.second
        case .days: floor(start + 32 * 86_400 * Self.second)
        }
    }

    private static func modulo(_ time: Int64, _ length: Int64) -> Int64 { ((time % length) + length) % length }
}
