internal import Digests
internal import Repository

/// What a server keeps of a token: everything but the secret (docs/http-api.md, "Tokens").
package struct Token: Codable, Hashable, Sendable {
    package enum Scope: String, Codable, Sendable, CaseIterable {
        /// Adds captures to its own host and sees of it what that needs; reads no stored data.
        case capture
        /// Reads.
        case restore
        /// Everything.
        case admin
    }

    package var id: String
    package var name: String
    package var scope: Scope
    /// Names of hosts; empty means all.
    package var hosts: [String]
    /// ISO 8601, UTC.
    package var created: String
    /// ISO 8601, UTC; absent means never.
    package var expires: String?
    /// SHA-256 of the secret's text, 64 hexadecimal digits.
    package var digest: String

    /// Whether it is no longer valid at a time in nanoseconds since 1970, UTC. A time that cannot be read has passed.
    func isExpired(at now: Int64) -> Bool {
        guard let expires else { return false }
        return (Timestamp.parse(expires) ?? .min) <= now
    }

    func covers(host: String) -> Bool { hosts.isEmpty || hosts.contains(host) }

    /// Compares without telling by its duration how much of the secret is right.
    func isOpened(by secret: String) -> Bool {
        guard let own = Digest(hex: digest) else { return false }
        let given = SHA256.digest(of: Array(secret.utf8))
        let difference =
            (own.words.0 ^ given.words.0) | (own.words.1 ^ given.words.1) | (own.words.2 ^ given.words.2)
            | (own.words.3 ^ given.words.3)
        return difference == 0
    }

    /// "lbt_<id>_<secret>" taken apart.
    static func parse(_ text: some StringProtocol) -> (id: String, secret: String)? {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "lbt", !parts[1].isEmpty, !parts[2].isEmpty else { return nil }
        return (String(parts[1]), String(parts[2]))
    }
}
