import ArgumentParser

/// The command for hosts and servers.
struct Lifeboat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lifeboat",
        abstract:
            "Brings a dead server back: the whole host, to any moment in the past, on whatever hardware is at hand.",
        discussion: """
            LOCATION is a directory or an http(s) URL. TIME is ISO 8601 ("2026-11-20T14:00:00Z"; without a zone it is UTC), \
            "latest", an age such as 90s, 2h, 3d, 1w, or a position as timelines list it: @EPOCH.SEQUENCE.

            Example:
              lifeboat repository init /srv/lifeboat
              lifeboat capture --repository /srv/lifeboat --host web01 /dev/sdb
              lifeboat restore web01 --repository /srv/lifeboat --disk 0=/dev/sdc --dry-run

            \(ExitStatus.help)
            """,
        version: Program.version,
        subcommands: [
            RepositoryCommand.self, CaptureCommand.self, HostsCommand.self, TimelineCommand.self, MarkCommand.self,
            DiffCommand.self, RestoreCommand.self, AnswerFileCommand.self, AdaptCommand.self, DrillCommand.self,
            AttachCommand.self,
            ExportCommand.self, VerifyCommand.self, PruneCommand.self, ServeCommand.self, TokenCommand.self,
            ReportCommand.self,
        ])
}

enum Program {
    static let version = "0.1.0"
    static let name = "lifeboat \(version)"
}
