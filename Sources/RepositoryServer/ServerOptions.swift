package import Repository

/// What `lifeboat serve` needs to know.
package struct ServerOptions: Sendable {
    package var store: DirectoryStore
    package var host: String
    package var port: Int
    /// Name and version for the `Server` header.
    package var program: String

    package var state: ServerState
    /// Nil serves without TLS.
    package var certificate: ServerCertificate?
    /// Reading needs no token, though there are some.
    package var allowsAnonymousReading = false
    /// Reports of restores are taken from who only reads.
    package var takesReports = false
    /// A capture that sends nothing for so long may be overtaken by another of its host.
    package var leaseDuration = Duration.seconds(600)

    package init(store: DirectoryStore, state: ServerState, host: String, port: Int, program: String) {
        self.state = state
        self.store = store
        self.host = host
        self.port = port
        self.program = program
    }

    /// Takes "ADDRESS:PORT" or "[IPv6]:PORT" apart; nil for anything else.
    package static func parse(listen text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        return host.isEmpty ? nil : (host, port)
    }
}
