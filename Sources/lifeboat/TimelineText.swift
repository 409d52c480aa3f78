import Progress
import Repository

/// A timeline for the terminal: the range, the chart, then stretches, gaps, marks and moments, each only where there are any.
struct TimelineText {
    private static let longest = 20
    private static let day: Int64 = 86_400 * 1_000_000_000

    let summary: TimelineSummary
    let chart: [String]
    /// In nanoseconds since 1970, UTC.
    let newest: Int64?
    let now: Int64
    /// Long lists are not cut.
    let isComplete: Bool

    var text: String {
        var blocks = [head]
        if !chart.isEmpty { blocks.append(["Writes over time (UTC):"] + chart) }
        if !chart.isEmpty || summary.stretches.contains(where: { $0.granularity != "scans only" }) {
            blocks.append(
                list(["STRETCH FROM", "TO", "KEPT"], summary.stretches) { [$0.from, $0.to, $0.granularity] })
        }
        blocks.append(
            list(["GAP FROM", "TO", "LENGTH", "WHY"], summary.gaps) { gap in
                let length = gap.seconds.map { Quantity.duration(seconds: $0) } ?? "lasting"
                return [gap.from, gap.to ?? "-", length, gap.reason]
            })
        blocks.append(
            list(["MARK", "KIND", "LABEL", "POSITION"], summary.marks) { mark in
                [mark.time, mark.kind, mark.label, Self.short(mark.position)]
            })
        blocks.append(moments)
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private var head: [String] {
        guard let oldest = summary.oldest, let newestText = summary.newest, let newest else {
            return ["\(summary.host) has no moments yet."]
        }
        let age = Double(max(0, now - newest)) / 1e9
        var lines = ["\(summary.host), from \(oldest) to \(newestText), \(Self.age(age)) ago."]
        if let gap = summary.gaps.last, gap.to == nil {
            lines.append("Warning: nothing is known since \(gap.from): \(gap.reason).")
        } else if now - newest > Self.day {
            lines.append("Warning: nothing was captured for \(Self.age(age)).")
        }
        if summary.segments.count > 0 {
            let segments = summary.segments
            lines.append(
                "\(Quantity.count(UInt64(segments.count))) segments, \(Quantity.bytes(segments.bytes)); "
                    + "\(Quantity.count(segments.writes)) writes can be told apart.")
        }
        lines.append("Retention: \(summary.retention ?? "everything is kept").")
        return lines
    }

    private var moments: [String] {
        list(["MOMENT", "KIND", "DISKS", "DATA", "NEW", "STORED", "DRILL", "LABEL"], summary.moments) { moment in
            [
                moment.time, moment.quality, Quantity.bytes(moment.diskBytes), Quantity.bytes(moment.dataBytes),
                Quantity.bytes(moment.newBytes), Quantity.bytes(moment.storedBytes), moment.drill?.text ?? "-",
                moment.label,
            ]
        }
    }

    /// A table of the newest entries, which come last, and how many were left out.
    private func list<Entry>(_ columns: [String], _ entries: [Entry], _ row: (Entry) -> [String]) -> [String] {
        guard !entries.isEmpty else { return [] }
        let shown = isComplete ? entries[...] : entries.suffix(Self.longest)
        var table = TextTable(columns)
        for entry in shown { table.add(row(entry)) }
        let hidden = entries.count - shown.count
        return table.lines + (hidden > 0 ? ["(\(Quantity.count(UInt64(hidden))) older: --all)"] : [])
    }

    /// "3 d 4 h" from two days on.
    static func age(_ seconds: Double) -> String {
        guard seconds >= 2 * 86_400, seconds < 1e12 else { return Quantity.duration(seconds: seconds) }
        let hours = Int(seconds / 3_600)
        return "\(hours / 24) d \(hours % 24) h"
    }

    /// "@3.17": a position as --at takes it, from its form in object names.
    static func short(_ position: String) -> String {
        "@" + position.split(separator: ".").map { "\(UInt64($0) ?? 0)" }.joined(separator: ".")
    }
}
