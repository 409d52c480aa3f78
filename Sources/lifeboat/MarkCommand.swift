import ArgumentParser
import LinuxSystem
import Repository
import RepositoryFormat

struct MarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark",
        abstract: "Gives a moment of a host a label, or takes a label away.",
        discussion: """
            A marked moment is shown by its label in every list, and retention keeps it. Marking the same moment with the same \
            label again changes nothing. \(TimeExpression.help)

            Example:
              lifeboat mark web01 --label "before upgrade" --repository /srv/lifeboat
              lifeboat mark web01 --label "last good" --at 2026-11-20T14:03:12Z --repository /srv/lifeboat
              lifeboat mark web01 --remove "last good" --repository /srv/lifeboat

            \(ExitStatus.help)
            """)

    @Argument(help: "The host's name.")
    var host: String

    @OptionGroup var repository: RepositoryOptions

    @Option(help: "The label: one line of at most 255 bytes.")
    var label: String?

    @Option(
        name: .customLong("at"),
        help: ArgumentHelp("The moment: the newest at or before this time (default: latest).", valueName: "time"))
    var time: String?

    @Option(help: ArgumentHelp("Takes this label off every moment that has it.", valueName: "label"))
    var remove: String?

    @OptionGroup var output: JSONOption

    func validate() throws {
        guard (label == nil) != (remove == nil) else { throw ValidationError("Give either --label or --remove.") }
        guard remove == nil || time == nil else { throw ValidationError("--remove takes no --at.") }
        if let time { _ = try TimeExpression.validated(time, option: "at") }
    }

    /// What was done, as JSON.
    private struct Report: Codable {
        var host: String
        var label: String
        /// The marked moment, or those that lost the label.
        var marks: [MarkSummary]
        /// Whether the timeline is another than before.
        var isChanged: Bool
    }

    func run() throws {
        let timeline = try repository.open().timeline(of: host)
        let publisher = try HistoryPublisher(timeline)
        if let remove {
            let removed = try publisher.unmark(label: remove, program: Program.name)
            guard !removed.isEmpty else {
                throw RepositoryError(
                    .noMoment,
                    "No moment of \(host) has the label \"\(remove)\". Nothing was changed. "
                        + "\"lifeboat timeline \(host)\" lists the marks; labels given by capture stay.")
            }
            output.print(Report(host: host, label: remove, marks: removed.map(MarkSummary.init), isChanged: true)) {
                "Removed \"\(remove)\" from \($0.marks.map(\.time).joined(separator: ", ")) of \(host)."
            }
        } else if let label {
            try Mark.check(label: label)
            let expression = try TimeExpression.validated(time ?? "latest", option: "at")
            let moment = try timeline.moment(at: expression, now: Clocks.utcNanoseconds)
            let isNew = try publisher.mark(moment, label: label, program: Program.name)
            let mark = Mark(position: moment.position, time: moment.time, kind: .label, label: label)
            output.print(Report(host: host, label: label, marks: [MarkSummary(mark)], isChanged: isNew)) { report in
                let place = "\(report.marks[0].time) (\(TimelineText.short(report.marks[0].position)))"
                return isNew
                    ? "Marked \(host) at \(place): \"\(label)\"."
                    : "\(host) at \(place) has the mark \"\(label)\" already."
            }
        }
    }
}
