import ArgumentParser
import Logging
import Repository
import RepositoryServer

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Offers a repository over HTTP, for reading.",
        discussion: """
            Serves the repository's objects with ranges, GET /health, and lists under /api/v1/hosts (docs/http-api.md). Ends \
            gracefully on SIGTERM and SIGINT. Any web server that serves the directory does for restores as well.

            Example:
              lifeboat serve --repository /srv/lifeboat --listen 0.0.0.0:8080

            \(ExitStatus.help)
            """)

    @OptionGroup var repository: RepositoryOptions

    @Option(
        help: ArgumentHelp("Where to listen; port 0 takes a free one, which is printed.", valueName: "address:port"))
    var listen = "127.0.0.1:8080"

    @Flag(help: "Log every request.")
    var verbose = false

    func validate() throws {
        guard ServerOptions.parse(listen: listen) != nil else {
            throw ValidationError("--listen \(listen): give ADDRESS:PORT, such as 127.0.0.1:8080 or [::]:8080.")
        }
    }

    func run() async throws {
        guard let address = ServerOptions.parse(listen: listen) else { throw ValidationError("--listen \(listen)") }
        let store = try StoreLocation.directory(repository.location)
        var logger = Logger(label: "lifeboat.server") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .debug : .notice
        let options = ServerOptions(
            store: store, host: address.host, port: address.port, program: "lifeboat/\(Program.version)")
        let shown = address.host.contains(":") ? "[\(address.host)]" : address.host
        try await RepositoryServer.run(options, logger: logger) { port in
            Terminal.print("Serving \(store.location) at http://\(shown):\(port)/")
        }
    }
}
