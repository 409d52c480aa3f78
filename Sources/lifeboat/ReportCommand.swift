import ArgumentParser
import Progress
import Repository
import RepositoryFormat
import RepositoryServer

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Shows the reports of restores that rescue images left at \"lifeboat serve\".",
        discussion: """
            Works on the repository's directory, on the server itself. They are plain files in its folder "server/reports".

            Example:
              lifeboat report list --repository /srv/lifeboat
              lifeboat report show web01 20261127T180000Z-restore.txt --repository /srv/lifeboat

            \(ExitStatus.help)
            """,
        subcommands: [List.self, Show.self])

    func run() throws { throw ValidationError("Say what to do: lifeboat report list or show.") }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists all reports.",
            discussion: """
                Example: lifeboat report list --repository /srv/lifeboat

                \(ExitStatus.help)
                """)

        @OptionGroup var server: ServerStateOptions
        @OptionGroup var output: JSONOption

        func run() throws {
            let hosts = try Repository.open(try server.store()).hosts().map { (id: $0.id, name: $0.name) }
            output.print(try ReportFolder(try server.state()).list(hosts)) { reports in
                guard !reports.isEmpty else { return "There are no reports." }
                var table = TextTable(["HOST", "REPORT", "SIZE"])
                for report in reports { table.add([report.host, report.name, Quantity.bytes(report.sizeInBytes)]) }
                return table.text
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a report.",
            discussion: """
                Example: lifeboat report show web01 20261127T180000Z-restore.txt --repository /srv/lifeboat

                \(ExitStatus.help)
                """)

        @Argument(help: "The host's name.")
        var host: String

        @Argument(help: "The report's name, as lists have it.")
        var report: String

        @OptionGroup var server: ServerStateOptions

        func run() throws {
            let hosts = try Repository.open(try server.store()).hosts()
            guard let host = hosts.first(where: { $0.name == host }) else {
                throw ValidationError("The repository has no host \"\(host)\".")
            }
            Terminal.print(try ReportFolder(try server.state()).read(report, host: host.id))
        }
    }
}
