import ArgumentParser
import Repository

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads a repository and says exactly what is damaged and which moments that touches.",
        discussion: """
            Reads every object that a moment needs and compares it with its digest; --deep also decompresses every frame and \
            computes the identity of every chunk anew. Changes nothing. Ends with status 4 when damage was found.

            Example:
              lifeboat verify --repository /srv/lifeboat --deep

            \(ExitStatus.help)
            """)

    @OptionGroup var repository: RepositoryOptions

    @Flag(help: "Also decompress everything and compute chunk identities.")
    var deep = false

    @Flag(name: .shortAndLong, help: "No progress.")
    var quiet = false

    @OptionGroup var output: JSONOption

    func run() throws {
        let line = SharedProgressLine(isQuiet: quiet)
        let repository = try repository.open { line.say("Connection lost, trying again: \($0.reason)") }
        let report = try repository.verify(deep: deep) { line.show($0) }
        line.finish()
        output.print(report) { $0.text }
        if !report.ok { throw ExitCode(ExitStatus.damaged) }
    }
}
