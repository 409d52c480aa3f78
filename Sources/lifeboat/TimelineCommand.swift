import ArgumentParser
import LinuxSystem
import Repository
import RepositoryFormat

struct TimelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Shows what is known of a host over time: moments, marks, gaps, and how much changed when.",
        discussion: """
            Any time between the oldest and the newest state can be given to --at, gaps left out; as finely as STRETCHES \
            says. MOMENTS are those with a complete map: DATA is what the disks hold without zeros and free space, NEW what the \
            repository did not have yet, STORED what that takes there. --from and --to take what --at takes.

            Example:
              lifeboat timeline web01 --repository /srv/lifeboat
              lifeboat timeline web01 --repository /srv/lifeboat --from 2d

            \(ExitStatus.help)
            """)

    @Argument(help: "The host's name.")
    var host: String

    @OptionGroup var repository: RepositoryOptions

    @Option(help: ArgumentHelp("Show nothing older.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Show nothing newer.", valueName: "time"))
    var to: String?

    @Flag(help: "Print all of long lists.")
    var all = false

    @Flag(help: "Draw with plain characters only; also where the locale is not UTF-8.")
    var ascii = false

    @OptionGroup var output: JSONOption

    func validate() throws {
        for (name, text) in [("from", from), ("to", to)] {
            if let text { _ = try TimeExpression.validated(text, option: name) }
        }
    }

    func run() throws {
        let timeline = try repository.open().timeline(of: host)
        let now = Clocks.utcNanoseconds
        let first = try from.map { try time($0, option: "from", in: timeline, now: now, isEnd: false) } ?? .min
        let last = try to.map { try time($0, option: "to", in: timeline, now: now, isEnd: true) } ?? .max
        guard first <= last else { throw ValidationError("--from is later than --to.") }
        output.print(TimelineSummary(timeline, between: first...last)) { summary in
            let chart = Self.chart(timeline, first...last, ascii || !Terminal.isUTF8 ? .ascii : .blocks)
            return TimelineText(
                summary: summary, chart: chart, newest: timeline.range?.newest, now: now, isComplete: all
            ).text
        }
    }

    /// The time that an expression means, as the first or the last one to show.
    private func time(_ text: String, option: String, in timeline: Timeline, now: Int64, isEnd: Bool) throws -> Int64 {
        let expression = try TimeExpression.validated(text, option: option)
        switch expression {
        case .latest: return timeline.range?.newest ?? now
        case .position: return try timeline.moment(at: expression, now: now).time
        // A whole second that ends a range is shown to its end.
        case .instant(let time): return isEnd ? expression.nanoseconds(now: now) ?? time : time
        case .age(let age): return now - age
        }
    }

    /// Nothing for a timeline of scans only.
    private static func chart(
        _ timeline: Timeline, _ wanted: ClosedRange<Int64>, _ style: ActivityChart.Style
    ) -> [String] {
        guard var chart = ActivityChart(timeline, style: style), !timeline.history.layers.isEmpty else { return [] }
        let first = max(chart.range.lowerBound, wanted.lowerBound)
        let last = min(chart.range.upperBound, wanted.upperBound)
        guard first <= last else { return [] }
        chart.range = first...last
        return chart.lines
    }
}
