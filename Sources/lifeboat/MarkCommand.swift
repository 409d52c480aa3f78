import ArgumentParser
import Repository

struct MarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark",
        abstract: "Gives a moment of a host a label, or takes a label away.",
        discussion: """
            A marked moment is shown by its label in every list, and retention keeps it. Marking the same moment with the same \
            label again changes nothing. \(TimeExpression.help)

            At a server a capture token of the host, or an admin token, gives labels; only an admin token takes them away.

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

    func run() throws {
        let repository = try repository.open()
        if let remove {
            let report = try repository.mark(host: host, .remove(label: remove), program: Program.name)
            output.print(report) {
                "Removed \"\(remove)\" from \($0.marks.map(\.time).joined(separator: ", ")) of \(host)."
            }
        } else if let label {
            let order = MarkOrder.add(label: label, at: time ?? "latest")
            let report = try repository.mark(host: host, order, program: Program.name)
            output.print(report) { report in
                let place = report.marks.map { "\($0.time) (\(TimelineText.short($0.position)))" }.joined()
                return report.isChanged
                    ? "Marked \(host) at \(place): \"\(label)\"."
                    : "\(host) at \(place) has the mark \"\(label)\" already."
            }
        }
    }
}
