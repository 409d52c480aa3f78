/// What was set of the network, by hand, by the kernel's command line or by an answer file. What is not mentioned gets DHCP.
///
/// A line says one thing; the same grammar everywhere (docs/rescue-menu.md). A comma is as good as a blank, so that a
/// line can be one word of a command line; there ";" separates lines.
package struct NetworkSettings: Hashable, Sendable {
    /// More than any machine has cards.
    private static let mostLines = 256

    package private(set) var interfaces: [InterfaceSettings] = []
    /// Asked before those of interfaces.
    package private(set) var nameServers: [IPAddress] = []
    package private(set) var searchDomains: [String] = []
    /// URL of the proxy for http and https.
    package private(set) var proxy: String?

    package init() {}

    /// As `text` writes it.
    package init(text: String) throws(NetworkError) {
        for line in text.split(whereSeparator: { $0.isNewline || $0 == ";" }) { try add(String(line)) }
    }

    package var text: String { lines.map { $0 + "\n" }.joined() }

    package var lines: [String] {
        var lines = interfaces.map(\.text)
        if !nameServers.isEmpty || !searchDomains.isEmpty {
            let domains = searchDomains.isEmpty ? [] : ["search"] + searchDomains
            lines.append((["dns"] + nameServers.map(\.description) + domains).joined(separator: " "))
        }
        if let proxy { lines.append("proxy \(proxy)") }
        return lines
    }

    /// Takes one line in, in the place of what was said of the same interface; returns that interface, nil for what holds
    /// for all. A bond keeps its cards where the line does not name them.
    @discardableResult
    package mutating func add(_ line: String) throws(NetworkError) -> InterfaceName? {
        let words = line.split { $0.isWhitespace || $0 == "," }.map(String.init)
        switch words.first {
        case nil: throw NetworkError("Nothing is said.")
        case "dns": try addNameServers(words.dropFirst())
        case "proxy":
            guard words.count == 2 else { throw NetworkError("\"proxy\" is followed by its URL, or by none.") }
            proxy = try words[1] == "none" ? nil : Self.proxy(words[1])
        default:
            var new = try InterfaceSettings(words: words)
            if let old = interfaces.firstIndex(where: { $0.name == new.name }) {
                new.bond = new.bond ?? interfaces[old].bond
                interfaces[old] = new
            } else {
                guard interfaces.count < Self.mostLines else { throw NetworkError("These are too many interfaces.") }
                interfaces.append(new)
            }
            return new.name
        }
        return nil
    }

    private mutating func addNameServers(_ words: ArraySlice<String>) throws(NetworkError) {
        let servers = words.prefix { $0 != "search" }
        let domains = words.dropFirst(servers.count + 1)
        guard words != ["none"] else {
            (nameServers, searchDomains) = ([], [])
            return
        }
        let addresses = try servers.map { (word) throws(NetworkError) in
            try InterfaceSettings.address(word, after: "dns")
        }
        let names = try domains.map { (word) throws(NetworkError) in try InterfaceSettings.domain(word) }
        guard !addresses.isEmpty || !names.isEmpty else {
            throw NetworkError("\"dns\" is followed by addresses of name servers, or by none.")
        }
        (nameServers, searchDomains) = (addresses, names)
    }

    /// "proxy.example:3128" is one that is spoken to in plain HTTP.
    private static func proxy(_ text: String) throws(NetworkError) -> String {
        let url = text.contains("://") ? text : "http://" + text
        let scheme = ["http://", "https://"].first { url.hasPrefix($0) }
        guard let scheme, url.utf8.count > scheme.utf8.count, url.utf8.allSatisfy({ (0x21..<0x7f).contains($0) }) else {
            throw NetworkError("\"\(text)\" is no proxy: http://proxy.example:3128, for instance.")
        }
        return url
    }
}
