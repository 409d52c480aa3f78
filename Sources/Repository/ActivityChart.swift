package import RepositoryFormat

/// The activity of a host as rows of little bars for a terminal of 80 columns; times in nanoseconds since 1970, UTC.
package struct ActivityChart: Sendable {
    package enum Style: Sendable {
        /// Eighth blocks.
        case blocks
        case ascii
    }

    /// Shown from `range.lowerBound` to `range.upperBound`.
    package var range: ClosedRange<Int64>
    package var activity: Activity
    package var gaps: [Gap]
    package var marks: [Int64]
    /// Ends of scans.
    package var scans: [Int64]
    package var style: Style

    package init(
        _ history: History, activity: Activity, range: ClosedRange<Int64>, style: Style
    ) {
        // Years that calendars can be drawn of; a clock may say anything.
        let first = min(max(range.lowerBound, 0), Self.lastTime)
        self.range = first...max(first, min(range.upperBound, Self.lastTime))
        self.activity = activity
        self.style = style
        gaps = history.gaps
        marks = history.marks.map(\.time).sorted()
        scans = history.moments.filter { $0.kind == .endOfScan }.map(\.time).sorted()
    }

    /// Of all that is known of a host, also where the clock was set back at the end; nil for one without moments.
    package init?(_ timeline: Timeline, style: Style) {
        guard let range = timeline.range else { return nil }
        let history = timeline.history
        let latest = (history.layers.map(\.latest) + history.moments.map(\.time)).max() ?? range.newest
        self.init(
            history, activity: Activity(history), range: range.oldest...max(range.oldest, range.newest, latest),
            style: style)
    }

    /// The year 2255.
    private static let lastTime: Int64 = 9_000_000_000 * 1_000_000_000

    /// A heading, the rows, what the signs mean.
    package var lines: [String] {
        let scale = ChartScale(range)
        return draw(scale.rows(range), scale)
    }

    /// `chosen` is a time whose cell stands in brackets.
    func draw(_ rows: [ChartScale.Row], _ scale: ChartScale, chosen: Int64? = nil) -> [String] {
        let signs = ChartSigns(style)
        let rows = rows.map { row in
            let starts = row.starts
            return (row, zip(starts.indices, activity.counts(in: starts)).map { cell($0.0, $0.1, of: row) })
        }
        let peak = rows.flatMap(\.1).map(\.count).max() ?? 0
        var used: Set<ChartSigns.Sign> = []
        var lines = [scale.heading(signs.style)]
        for (row, cells) in rows {
            var line = row.label
            var total = 0.0
            for cell in cells {
                line += cell.text(signs, peak: peak, &used)
                total += cell.count
            }
            line += String(repeating: " ", count: scale.labelWidth + scale.cellsInRow * 2 - line.count)
            line += total < 0.5 ? "" : " " + Self.short(total)
            if let chosen, row.start <= chosen, chosen < row.end {
                var signs = Array(line)
                let place = scale.labelWidth + row.cell(holding: chosen) * 2
                (signs[place - 1], signs[place + 1]) = ("[", "]")
                line = String(signs)
            }
            while line.last == " " { line.removeLast() }
            lines.append(line)
        }
        return lines + signs.legend(peak: peak, unit: scale.cellName, used)
    }

    private func cell(_ index: Int, _ count: Double, of row: ChartScale.Row) -> ChartCell {
        guard row.starts[index] <= range.upperBound, row.starts[index + 1] > range.lowerBound else {
            return ChartCell()
        }
        let cell = max(row.starts[index], range.lowerBound)...min(row.starts[index + 1] - 1, range.upperBound)
        var result = ChartCell(count: count, length: cell.upperBound - cell.lowerBound + 1)
        result.isMarked = Self.any(of: marks, in: cell)
        result.isScanned = Self.any(of: scans, in: cell)
        result.isWatched = activity.stretches.contains {
            $0.granularity != .scans && $0.from <= cell.upperBound && $0.to >= cell.lowerBound
        }
        for gap in gaps where gap.fromTime <= cell.upperBound && (gap.toTime ?? .max) > cell.lowerBound {
            let hidden = min(gap.toTime ?? .max, cell.upperBound) - max(gap.fromTime, cell.lowerBound)
            if result.gap == nil || hidden > result.hidden { (result.gap, result.hidden) = (gap.reason, hidden) }
        }
        return result
    }

    private static func any(of times: [Int64], in cell: ClosedRange<Int64>) -> Bool {
        let index = times.partitioningIndex { $0 >= cell.lowerBound }
        return index < times.count && times[index] <= cell.upperBound
    }

    /// "812", "12.3k", "4.5M": what fits beside a row.
    static func short(_ count: Double) -> String {
        var value = count
        for unit in ["", "k", "M", "G"] {
            if value < 999.5 {
                let tenths = Int((value * 10).rounded())
                return (unit.isEmpty || value >= 100 ? "\(Int(value.rounded()))" : "\(tenths / 10).\(tenths % 10)")
                    + unit
            }
            value /= 1_000
        }
        return "\(Int(value.rounded()))T"
    }
}

/// One column of the chart: a bar, and a sign beside it.
struct ChartCell {
    var count = 0.0
    /// In nanoseconds.
    var length: Int64 = 1
    var isMarked = false
    var isScanned = false
    var isWatched = false
    /// The gap that takes most of it, and how much.
    var gap: Gap.Reason?
    var hidden: Int64 = 0

    /// The bar: a gap that takes half of the cell hides what little was written in the rest.
    func text(_ signs: ChartSigns, peak: Double, _ used: inout Set<ChartSigns.Sign>) -> String {
        var bar = " "
        var side = " "
        let isWritten = count > 0.000_001
        func show(_ sign: ChartSigns.Sign) -> String {
            used.insert(sign)
            return signs.text(sign)
        }
        if let gap, hidden * 2 >= length || !isWritten {
            bar = show(.gap(gap))
        } else {
            if isWritten { bar = signs.bar(count / peak) } else if isWatched { bar = show(.quiet) }
            if let gap { side = show(.gap(gap)) }
        }
        if isMarked { side = show(.mark) } else if isScanned { side = show(.scan) }
        return bar + side
    }
}
