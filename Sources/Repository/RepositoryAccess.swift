internal import FoundationEssentials
internal import Transfer

/// How a server is known, and how it knows its client. `description` shows no secret.
package struct RepositoryAccess: Sendable, CustomStringConvertible {
    /// PEM certificates to trust instead of the system's.
    package var caFile: String?
    /// URL of the proxy that servers are reached through.
    package var proxy: String?
    private let token: BearerToken?
    /// As libcurl takes it.
    private let pinnedKey: String?

    package static let open = RepositoryAccess()

    private init() {
        caFile = nil
        token = nil
        pinnedKey = nil
    }

    /// `fingerprint` is what "lifeboat serve" prints: 64 hexadecimal digits, with or without colons. Throws `badInput`.
    package init(token: String?, fingerprint: String?, caFile: String?) throws(RepositoryError) {
        self.caFile = caFile
        if let token {
            guard let token = BearerToken(token) else {
                throw RepositoryError(.badInput, "The token is empty or has characters that no token has.")
            }
            self.token = token
        } else {
            self.token = nil
        }
        if let fingerprint {
            guard let key = Self.pin(fingerprint) else {
                throw RepositoryError(
                    .badInput, "\"\(fingerprint)\" is no fingerprint: \"lifeboat serve\" prints 64 hexadecimal digits.")
            }
            pinnedKey = key
        } else {
            pinnedKey = nil
        }
    }

    private static func pin(_ text: String) -> String? {
        var digits: [UInt8] = []
        let text = text.lowercased()
        for character in (text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]) where character != ":" {
            guard let digit = character.hexDigitValue, character.isASCII else { return nil }
            digits.append(UInt8(digit))
        }
        guard digits.count == 64 else { return nil }
        let bytes = stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        return "sha256//" + Data(bytes).base64EncodedString()
    }

    var options: HTTPOptions {
        var options = HTTPOptions(tls: TLSOptions(caFile: caFile, pinnedKey: pinnedKey), token: token)
        options.proxy = proxy
        return options
    }

    package var description: String {
        "\(token == nil ? "no token" : "a token"), \(pinnedKey.map { "key \($0)" } ?? "no pinned key")"
    }
}
