import ArgumentParser
import Repository
import RepositoryFormat

struct RepositoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repository", abstract: "Makes repositories.",
        discussion: """
            Example:
              lifeboat repository init /srv/lifeboat

            \(ExitStatus.help)
            """,
        subcommands: [Initialize.self])

    func run() throws { throw ValidationError("Say what to do: lifeboat repository init LOCATION.") }

    struct Initialize: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract: "Makes an empty repository in a directory.",
            discussion: """
                The directory is made when it is missing; one that holds a repository already is left as it is (status 3).

                Example:
                  lifeboat repository init /srv/lifeboat

                \(ExitStatus.help)
                """)

        @Argument(help: "The directory.")
        var location: String

        @OptionGroup var output: JSONOption

        func run() throws {
            let repository = try Repository.initialize(try StoreLocation.directory(location))
            output.print(repository.description) { "Made repository \($0.id.text) at \(location)." }
        }
    }
}
