package import Repository

/// What `lifeboat serve` needs to know.
package struct ServerOptions: Sendable {
    package var store: DirectoryStore
    package var host: String
    package var port: Int
    /// Name and version for the `Server` header.
    package var program: String

    package init(store: DirectoryStore, host: String, port: Int, program: String) {
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
