internal import RepositoryFormat

/// The signs of a chart and what they are called.
struct ChartSigns {
    enum Sign: Hashable {
        case quiet
        case mark
        case scan
        case gap(Gap.Reason)
    }

    let style: ActivityChart.Style

    init(_ style: ActivityChart.Style) { self.style = style }

    /// The bar of a part of the peak. Its height grows with the square root, so that quiet hours are seen beside busy ones.
    func bar(_ part: Double) -> String {
        let height = min(8, max(1, Int((part.squareRoot() * 8).rounded(.up))))
        return style == .blocks ? ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"][height - 1] : "\(height)"
    }

    func text(_ sign: Sign) -> String {
        let (block, plain) =
            switch sign {
            case .quiet: ("·", ".")
            case .mark: ("◆", "*")
            case .scan: ("s", "s")
            case .gap(.agentOff): ("░", "?")
            case .gap(.degraded): ("▒", "!")
            case .gap(.hostOff): ("─", "-")
            }
        return style == .blocks ? block : plain
    }

    private static let all: [(sign: Sign, name: String)] = [
        (.quiet, "nothing written"), (.gap(.agentOff), "agent off"), (.gap(.degraded), "degraded"),
        (.gap(.hostOff), "host off"), (.mark, "mark"), (.scan, "scan"),
    ]

    /// One line, or two where it would be too long. `unit` is what a cell covers.
    func legend(peak: Double, unit: String, _ used: Set<Sign>) -> [String] {
        let bars =
            peak > 0
            ? ["\(bar(1)) = \(ActivityChart.short(peak)) writes in \(unit), \(bar(0.25)) = a quarter of that"] : []
        let signs = Self.all.filter { used.contains($0.sign) }.map { "\(text($0.sign)) \($0.name)" }
        let line = (bars + signs).joined(separator: "   ")
        if line.count < 80 { return [line] }
        return bars + [signs.joined(separator: "   ")]
    }
}
