/// Which time a row and a column of a chart stand for: from a year of months to a minute of seconds.
enum ChartScale: CaseIterable {
    case months
    case days
    case hours
    case minutes
    case seconds

    private static let second: Int64 = 1_000_000_000

    /// One row: the first times of its cells, and the end of the last.
    struct Row {
        var label: String
        var starts: [Int64]

        var start: Int64 { starts[0] }
        var end: Int64 { starts[starts.count - 1] }

        /// The cell of a time within the row.
        func cell(holding time: Int64) -> Int {
            max(0, starts.partitioningIndex { $0 > time } - 1)
        }
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
            let row = row(holding: start)
            rows.append(row)
            start = row.end
        }
        return rows.suffix(Self.rowLimit)
    }

    /// The row of a time, in a calendar that is `offset` nanoseconds east of UTC.
    func row(holding time: Int64, offset: Int64 = 0) -> Row {
        let start = floor(time + offset)
        let end = next(start)
        var starts = [start]
        if self == .months {
            while let last = starts.last, last < end { starts.append(ChartScale.days.next(last)) }
        } else {
            let count = cells(from: start, to: end)
            let step = (end - start) / Int64(count)
            starts = (0...count).map { start + Int64($0) * step }
        }
        return Row(label: label(start), starts: starts.map { $0 - offset })
    }

    /// How long a row is, at least.
    var rowLength: Int64 {
        let seconds: Int64 =
            switch self {
            case .months: 365 * 86_400
            case .days: 28 * 86_400
            case .hours: 86_400
            case .minutes: 3_600
            case .seconds: 60
            }
        return seconds * Self.second
    }

    var labelWidth: Int {
        switch self {
        case .seconds, .minutes: 13
        case .hours: 12
        case .days: 9
        case .months: 6
        }
    }

    var cellsInRow: Int {
        switch self {
        case .seconds, .minutes: 30
        case .hours: 24
        case .days: 31
        case .months: 12
        }
    }

    var cellName: String {
        switch self {
        case .seconds: "2 seconds"
        case .minutes: "2 minutes"
        case .hours: "an hour"
        case .days: "a day"
        case .months: "a month"
        }
    }

    /// The line over the rows.
    func heading(_ style: ActivityChart.Style) -> String {
        var line = String(repeating: " ", count: labelWidth)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        switch self {
        case .seconds: for second in stride(from: 0, to: 60, by: 10) { line += ":\(two(second))s      " }
        case .minutes: for minute in stride(from: 0, to: 60, by: 10) { line += ":\(two(minute))       " }
        case .hours: for hour in stride(from: 0, to: 24, by: 2) { line += two(hour) + "  " }
        case .days: for day in stride(from: 1, through: 31, by: 2) { line += two(day) + "  " }
        case .months: for month in stride(from: 1, through: 12, by: 2) { line += two(month) + "  " }
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    private func label(_ start: Int64) -> String {
        let text = Timestamp.text(ofNanoseconds: start)
        let label: any StringProtocol =
            switch self {
            case .seconds, .minutes: text.prefix(16).dropFirst(5).map { $0 == "T" ? " " : String($0) }.joined()
            case .hours: text.prefix(10)
            case .days: text.prefix(7)
            case .months: text.prefix(4)
            }
        return String(label) + String(repeating: " ", count: labelWidth - label.count)
    }

    private func cells(from start: Int64, to end: Int64) -> Int {
        self == .days ? Int((end - start) / (86_400 * Self.second)) : cellsInRow
    }

    /// The start of the row that holds `time`.
    private func floor(_ time: Int64) -> Int64 {
        let text = Timestamp.text(ofNanoseconds: time)
        let first: Int64? =
            switch self {
            case .seconds, .minutes, .hours: nil
            case .days: Timestamp.parse(text.prefix(8) + "01")
            case .months: Timestamp.parse(text.prefix(5) + "01-01")
            }
        return first ?? time - Self.modulo(time, min(rowLength, 86_400 * Self.second))
    }

    private func next(_ start: Int64) -> Int64 {
        switch self {
        case .seconds, .minutes, .hours: start + rowLength
        case .days: floor(start + 32 * 86_400 * Self.second)
        case .months: floor(start + 367 * 86_400 * Self.second)
        }
    }

    private static func modulo(_ time: Int64, _ length: Int64) -> Int64 { ((time % length) + length) % length }
}
