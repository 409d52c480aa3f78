import ArgumentParser
import Logging
import Repository
import RepositoryServer

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Offers a repository over HTTP(S), for restores and captures.",
        discussion: """
            Serves the repository's objects with ranges, GET /health, and lists under /api/v1/hosts; takes captures from those \
            who have a token ("lifeboat token add"; docs/http-api.md). Without tokens everybody reads and nobody writes. Ends \
            gracefully on SIGTERM and SIGINT. Any web server that serves the directory does for restores as well.

            With a certificate it speaks TLS. "--init" makes one, once, and prints the fingerprint that clients pin with \
            --fingerprint.

            Example:
              lifeboat serve --repository /srv/lifeboat --init --name backup.example --name 192.0.2.7
              lifeboat serve --repository /srv/lifeboat --listen 0.0.0.0:8443

            \(ExitStatus.help)
            """)

    @OptionGroup var server: ServerStateOptions

    @Option(
        help: ArgumentHelp("Where to listen; port 0 takes a free one, which is printed.", valueName: "address:port"))
    var listen = "127.0.0.1:8080"

    @Flag(
        name: .customLong("init"),
        help: "Make key and certificate unless they are there, print the fingerprint, and end.")
    var initialize = false

    @Option(
        help: ArgumentHelp("A host name or address for the certificate of --init; may be repeated.", valueName: "name"))
    var name: [String] = []

    @Option(help: ArgumentHelp("PEM file with the certificate to show, instead of that of --init.", valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp("PEM file with its key.", valueName: "file"))
    var key: String?

    @Flag(help: "No TLS, though there is a certificate: for this machine alone, or behind a proxy that does it.")
    var plain = false

    @Flag(help: "Let everybody read, though there are tokens.")
    var anonymousRead = false

    @Flag(
        help:
            "Keep the reports that rescue images send of restores, also from who only reads (\"lifeboat report list\")."
    )
    var reports = false

    @Option(
        help: ArgumentHelp("How long a capture that sends nothing keeps its host, in seconds.", valueName: "seconds"))
    var lease = 600

    @Flag(help: "Log every request.")
    var verbose = false

    func validate() throws {
        guard ServerOptions.parse(listen: listen) != nil else {
            throw ValidationError("--listen \(listen): give ADDRESS:PORT, such as 127.0.0.1:8080 or [::]:8080.")
        }
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--certificate and --key belong together.")
        }
        guard !plain || certificate == nil else {
            throw ValidationError("--plain and --certificate exclude each other.")
        }
        guard initialize || name.isEmpty else { throw ValidationError("--name belongs to --init.") }
        guard lease > 0 else { throw ValidationError("--lease takes at least one second.") }
    }

    func run() async throws {
        guard let address = ServerOptions.parse(listen: listen) else { throw ValidationError("--listen \(listen)") }
        let store = try server.store()
        let state = try server.state()
        if initialize {
            _ = try Repository.open(store)
            let names = (name + ["localhost", "127.0.0.1", "::1"]).reduce(into: [String]()) { list, name in
                if !list.contains(name) { list.append(name) }
            }
            let made = try ServerCertificate.make(in: state, names: names)
            Terminal.print("Fingerprint \(made.fingerprint)")
            return
        }
        var logger = Logger(label: "lifeboat.server") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .debug : .notice
        var options = ServerOptions(
            store: store, state: state, host: address.host, port: address.port, program: "lifeboat/\(Program.version)")
        options.allowsAnonymousReading = anonymousRead
        options.takesReports = reports
        options.leaseDuration = .seconds(lease)
        options.certificate = try shown(state)
        let fingerprint = options.certificate?.fingerprint
        let scheme = fingerprint == nil ? "http" : "https"
        if fingerprint == nil { warn(address.host, tokens: try TokenFile(state).tokens().count) }
        let shownHost = address.host.contains(":") ? "[\(address.host)]" : address.host
        try await RepositoryServer.run(options, logger: logger) { port in
            Terminal.print("Serving \(store.location) at \(scheme)://\(shownHost):\(port)/")
            if let fingerprint { Terminal.print("Fingerprint \(fingerprint)") }
        }
    }

    private func shown(_ state: ServerState) throws -> ServerCertificate? {
        if plain { return nil }
        if let certificate, let key { return try ServerCertificate(certificate: certificate, key: key) }
        return try ServerCertificate(in: state)
    }

    /// Says what everybody on the network may do.
    private func warn(_ host: String, tokens: Int) {
        guard !["127.0.0.1", "::1", "localhost"].contains(host), !host.hasPrefix("127.") else { return }
        if tokens == 0 {
            Terminal.printError(
                "warning: everybody who reaches \(host) can read every host's data: there are no tokens and no TLS. Make a "
                    + "certificate (--init) and tokens (\"lifeboat token add\"), or listen on 127.0.0.1.")
        } else {
            Terminal.printError(
                "warning: tokens and data cross the network in the clear. Make a certificate (--init), or put a proxy with "
                    + "TLS in front and listen on 127.0.0.1.")
        }
    }
}
