internal import Digests
internal import LinuxSystem
internal import Repository
internal import RepositoryFormat

/// The tokens of a repository's server, kept in its state folder.
package struct TokenFile: Sendable {
    private struct Content: Codable {
        var format = 1
        var tokens: [Token] = []
    }

    package let state: ServerState

    package init(_ state: ServerState) { self.state = state }

    /// All tokens, also those that have expired; empty when none was ever made.
    package func tokens() throws -> [Token] {
        guard Files.exists(state.tokens) else { return [] }
        let bytes: [UInt8]
        do {
            bytes = try Files.contents(of: state.tokens, limit: 16 << 20)
        } catch { throw ServerError("\(state.tokens) cannot be read: \(error.reason).") }
        let content: Content = try decodeJSON(bytes, subject: state.tokens)
        guard content.format == 1 else { throw ServerError("\(state.tokens) needs a newer Lifeboat.") }
        return content.tokens
    }

    /// Makes a token and gives its text, which is not kept and cannot be shown again. `lifetime` in nanoseconds.
    package func add(name: String, scope: Token.Scope, hosts: [String], lifetime: Int64?) throws -> (
        Token, text: String
    ) {
        var random = SystemRandomNumberGenerator()
        let words = (0..<4).map { _ in random.next() as UInt64 }
        let secret = Digest(words: (words[0], words[1], words[2], words[3])).hex
        let now = Clocks.utcNanoseconds
        return try state.exclusively {
            var content = Content(tokens: try tokens())
            var id: String
            repeat {
                let number = UInt32(truncatingIfNeeded: random.next())
                let digits = String(number, radix: 16)
                id = String(repeating: "0", count: 8 - digits.count) + digits
            } while content.tokens.contains { $0.id == id }
            let token = Token(
                id: id, name: name, scope: scope, hosts: hosts, created: Timestamp.text(ofNanoseconds: now),
                expires: lifetime.map { Timestamp.text(ofNanoseconds: now + $0) },
                digest: SHA256.digest(of: Array(secret.utf8)).hex)
            content.tokens.append(token)
            try state.replace(state.tokens, encodeJSON(content))
            return (token, "lbt_\(id)_\(secret)")
        }
    }

    /// Removes a token. Throws when there is none of that id.
    package func revoke(_ id: String) throws -> Token {
        try state.exclusively {
            var content = Content(tokens: try tokens())
            guard let index = content.tokens.firstIndex(where: { $0.id == id }) else {
                throw ServerError("There is no token \"\(id)\". \"lifeboat token list\" shows those there are.")
            }
            let token = content.tokens.remove(at: index)
            try state.replace(state.tokens, encodeJSON(content))
            return token
        }
    }
}
