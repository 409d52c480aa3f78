package import RepositoryFormat

/// The part of a chart that a screen shows, and the cell in it that is chosen: moved and zoomed by the operator.
package struct ChartWindow: Sendable {
    package let chart: ActivityChart
    package let zone: UTCOffset
    /// The end of the chosen cell, or of the chart where that comes first, in nanoseconds since 1970, UTC.
    package private(set) var chosen: Int64
    private let rowLimit: Int
    private var scale: ChartScale

    /// All of the chart where that fits `rows` rows, at the finest scale that does; the newest cell is chosen.
    package init(_ chart: ActivityChart, zone: UTCOffset = .utc, rows: Int) {
        self.chart = chart
        self.zone = zone
        rowLimit = rows
        chosen = chart.range.upperBound
        let length = chart.range.upperBound - chart.range.lowerBound
        scale = ChartScale.allCases.last { length / $0.rowLength + 2 <= rows } ?? .months
    }

    /// The times of the chosen cell that the chart covers.
    package var cell: ClosedRange<Int64> {
        let row = row(holding: chosen)
        let cell = row.cell(holding: chosen)
        let first = max(row.starts[cell], chart.range.lowerBound)
        return first...max(first, min(row.starts[cell + 1] - 1, chart.range.upperBound))
    }

    /// Whether the newest cell is chosen.
    package var isNewest: Bool { chosen == chart.range.upperBound }

    /// "an hour": what a column stands for.
    package var unit: String { scale.cellName }

    /// Writes in the chosen cell.
    package var writes: UInt64 {
        let cell = cell
        return UInt64((chart.activity.counts(in: [cell.lowerBound, cell.upperBound + 1]).first ?? 0).rounded())
    }

    /// The gap that the chosen time lies in, of which nothing is known.
    package var gap: Gap? {
        chart.gaps.last { $0.isUnknown && $0.fromTime < chosen && chosen < $0.toTime ?? .max }
    }

    // MARK: Moving. Each answers whether there was somewhere to go.

    package mutating func move(cells: Int) -> Bool {
        var moved = false
        for _ in 0..<abs(cells) {
            let next = cells < 0 ? cell.lowerBound - 1 : cell.upperBound + 1
            guard chart.range.contains(next) else { break }
            choose(next)
            moved = true
        }
        return moved
    }

    /// To the same place in another row.
    package mutating func move(rows: Int) -> Bool {
        let row = row(holding: chosen)
        let next = rows < 0 ? row.start - 1 : row.end
        guard chart.range.contains(next) else { return false }
        let other = self.row(holding: next)
        let place = min(row.cell(holding: chosen), other.starts.count - 2)
        choose(min(max(other.starts[place], chart.range.lowerBound), chart.range.upperBound))
        return true
    }

    /// Finer scales keep what is chosen, coarser ones choose the end of the cell that holds it.
    package mutating func zoom(by step: Int) -> Bool {
        let all = ChartScale.allCases
        guard let place = all.firstIndex(of: scale), all.indices.contains(place + step) else { return false }
        scale = all[place + step]
        choose(chosen)
        return true
    }

    private mutating func choose(_ time: Int64) {
        let row = row(holding: time)
        chosen = min(row.starts[row.cell(holding: time) + 1] - 1, chart.range.upperBound)
    }

    private func row(holding time: Int64) -> ChartScale.Row { scale.row(holding: time, offset: zone.nanoseconds) }

    /// A heading, rows around the chosen cell, which stands in brackets, and what the signs mean.
    package var lines: [String] {
        var rows = [row(holding: chosen)]
        while rows.count < rowLimit {
            let before = rows[0].start - 1
            let after = rows[rows.count - 1].end
            let older = before >= chart.range.lowerBound
            let newer = after <= chart.range.upperBound
            guard older || newer else { break }
            // Half of them before the chosen row, if both sides go on.
            let chosenPlace = rows.firstIndex { $0.start <= chosen && chosen < $0.end } ?? 0
            if newer, !older || chosenPlace >= rowLimit / 2 {
                rows.append(row(holding: after))
            } else {
                rows.insert(row(holding: before), at: 0)
            }
        }
        return chart.draw(rows, scale, chosen: chosen)
    }
}
