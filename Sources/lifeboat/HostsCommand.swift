import ArgumentParser
import Progress
import Repository
import RepositoryFormat

struct HostsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts",
        abstract: "Lists the hosts of a repository.",
        discussion: """
            Example:
              lifeboat hosts --repository https://backup.example/lifeboat

            NEWEST is the newest state that can be opened; DRILL how the newest moment ended that \"lifeboat drill\" has started.

            \(ExitStatus.help)
            """)

    @OptionGroup var repository: RepositoryOptions
    @OptionGroup var output: JSONOption

    func run() throws {
        let repository = try repository.open()
        output.print(try repository.hostSummaries()) { hosts in
            guard !hosts.isEmpty else { return "The repository has no hosts yet." }
            var table = TextTable(["HOST", "MOMENTS", "OLDEST", "NEWEST", "DISKS", "DRILL"])
            for host in hosts {
                table.add([
                    host.name, "\(host.moments)", host.oldest ?? "-", host.newest ?? "-",
                    Quantity.bytes(host.diskBytes), host.drill?.text ?? "never",
                ])
            }
            return table.text
        }
    }
}
