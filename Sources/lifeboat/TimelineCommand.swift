import ArgumentParser
import Progress
import Repository

struct TimelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Lists the moments of a host.",
        discussion: """
            A moment's time can be given to --at as it is printed. DATA is what the disks hold without zeros and free space, \
            NEW what the repository did not have yet, STORED what that takes there.

            Example:
              lifeboat timeline web01 --repository /srv/lifeboat

            \(ExitStatus.help)
            """)

    @Argument(help: "The host's name.")
    var host: String

    @OptionGroup var repository: RepositoryOptions
    @OptionGroup var output: JSONOption

    func run() throws {
        let timeline = try repository.open().timeline(of: host)
        output.print(TimelineSummary(timeline)) { summary in
            var table = TextTable(columns: ["MOMENT", "KIND", "DISKS", "DATA", "NEW", "STORED", "LABEL"])
            for moment in summary.moments {
                table.add([
                    moment.time, moment.quality, Quantity.bytes(moment.diskBytes), Quantity.bytes(moment.dataBytes),
                    Quantity.bytes(moment.newBytes), Quantity.bytes(moment.storedBytes), moment.label,
                ])
            }
            return table.text
        }
    }
}
