internal import Hummingbird
internal import LinuxSystem

/// Tells who asks by the token of a request.
struct Gate: Sendable {
    let tokens: TokenCache
    let allowsAnonymousReading: Bool

    /// Throws a refusal with status 401.
    func party(of request: Request) throws -> Party {
        let known = try tokens.tokens()
        guard let header = request.headers[.authorization] else {
            if known.isEmpty { return .open }
            guard allowsAnonymousReading else {
                throw Refusal(.unauthorized, "token-needed", "This server wants a token.")
            }
            return .anonymous
        }
        let invalid = Refusal(.unauthorized, "token-invalid", "The token is not valid here.")
        let words = header.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer", let (id, secret) = Token.parse(words[1]),
            let token = known.first(where: { $0.id == id }), token.isOpened(by: secret)
        else { throw invalid }
        guard !token.isExpired(at: Clocks.utcNanoseconds) else {
            throw Refusal(
                .unauthorized, "token-expired",
                "The token \(id) has expired. Make a new one with \"lifeboat token add\".")
        }
        return .token(token)
    }
}
