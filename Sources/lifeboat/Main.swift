import ArgumentParser
import LinuxSystem

/// Parses, runs, and turns what went wrong into a message on standard error and an exit status.
@main
enum Main {
    static func main() async {
        Interruption.install()
        do {
            var command = try Lifeboat.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            leave(error)
        }
    }

    private static func leave(_ error: any Error) -> Never {
        if let status = error as? ExitCode { Terminal.exit(status.rawValue) }
        let parserStatus = Lifeboat.exitCode(for: error)
        if parserStatus == .success {
            // --help and --version are "errors" to the parser.
            Terminal.print(Lifeboat.message(for: error))
            Terminal.exit(0)
        }
        if parserStatus == .validationFailure {
            Terminal.printError(Lifeboat.fullMessage(for: error))
            Terminal.exit(ExitStatus.usage)
        }
        Terminal.printError("lifeboat: \(error)")
        Terminal.exit(ExitStatus.status(of: error))
    }
}
