/// Why bytes could not be had from a web server. `code` answers what the caller should do.
package struct TransferError: Error, CustomStringConvertible, Sendable {
    package struct Code: Hashable, Sendable {
        package let name: String
        package init(_ name: String) { self.name = name }

        /// The address is not an http or https URL that can be used.
        package static let badAddress = Code("bad-address")
        /// The server has no such object (404, 410).
        package static let notFound = Code("not-found")
        /// The server refuses access (401, 403, 407).
        package static let denied = Code("denied")
        /// No answer that counts (name, route, connection, stall, 5xx, 429), after every retry.
        package static let unreachable = Code("unreachable")
        /// The object is shorter than the range asked for, or longer than the limit given.
        package static let wrongLength = Code("wrong-length")
        /// The server ignores byte ranges and would send the whole object.
        package static let notPartial = Code("not-partial")
        /// The answer breaks the rules of HTTP, is not what was asked for, or is encoded.
        package static let badResponse = Code("bad-response")
        /// The server's certificate is not trusted, or no secure connection can be agreed on.
        package static let tls = Code("tls")
        /// The object, or the server's state, contradicts the request (409, 412).
        package static let conflict = Code("conflict")
        /// The server does not take what was sent (400, 411, 413, 422).
        package static let refused = Code("refused")
        /// The server has no room left (507).
        package static let noRoom = Code("no-room")
        /// `shouldStop` said so.
        package static let interrupted = Code("interrupted")
    }

    package var code: Code
    /// The address without user and password.
    package var url: String
    /// Why, as the end of a sentence: "the server answered 503 Service Unavailable". Printable ASCII only.
    package var reason: String

    /// Status of the answer, 0 without one.
    package var status: Int
    /// What the server said about a refused upload, at most 64 KiB.
    package var answer: [UInt8]

    /// The server had begun to answer a stream: what was asked for is going on there, or has ended unheard.
    package var isUnderWay: Bool

    package init(
        _ code: Code, url: String, reason: String, status: Int = 0, answer: [UInt8] = [], isUnderWay: Bool = false
    ) {
        self.code = code
        self.url = url
        self.reason = reason
        self.status = status
        self.answer = answer
        self.isUnderWay = isUnderWay
    }

    package var description: String { "Cannot read \(url): \(reason)." }
}
