internal import Repository
internal import RepositoryFormat

/// Who asks, and what that one may.
enum Party: Sendable {
    /// There are no tokens: everybody reads.
    case open
    /// There are tokens, and reading is allowed without one.
    case anonymous
    case token(Token)

    /// For the log; never a secret.
    var name: String {
        switch self {
        case .open, .anonymous: "none"
        case .token(let token): token.id
        }
    }

    /// Whether it sees the host of that name in lists.
    func sees(host: String) -> Bool {
        if case .token(let token) = self { return token.covers(host: host) }
        return true
    }

    /// Whether every host may be seen.
    var seesAll: Bool {
        if case .token(let token) = self { return token.hosts.isEmpty }
        return true
    }

    /// Whether it may read an object; `hostName` gives the name of a host's id.
    func reads(_ name: String, hostName: (String) -> String?) -> Bool {
        guard case .token(let token) = self, token.scope != .admin else { return true }
        if name == ObjectName.repository || name == ObjectName.hosts { return true }
        // Ids of packs are digests that nobody guesses: who may read a host's maps learns them there.
        if name.hasPrefix(ObjectName.packs) { return token.scope == .restore }
        let parts = name.split(separator: "/")
        guard parts.count > 2, parts[0] == "hosts", let host = hostName(String(parts[1])), token.covers(host: host)
        else { return false }
        // Segments carry what was written to the disks.
        return token.scope == .restore || parts[2] != "segments"
    }

    /// Whether it may thin out and remove.
    var administers: Bool {
        guard case .token(let token) = self else { return false }
        return token.scope == .admin
    }

    /// Whether it may leave reports of a host's restores; `asReader` where the server takes them from who only reads.
    func reports(host: String, asReader: Bool) -> Bool {
        captures(host: host) || asReader && sees(host: host) && !isCapture
    }

    private var isCapture: Bool {
        if case .token(let token) = self { return token.scope == .capture }
        return false
    }

    /// Whether it may add to a host's timeline.
    func captures(host: String) -> Bool {
        guard case .token(let token) = self else { return false }
        return token.scope == .admin || (token.scope == .capture && token.hosts.contains(host))
    }
}
