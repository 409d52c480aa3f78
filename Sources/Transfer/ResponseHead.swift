/// Status line and the few headers that matter, taken line by line as libcurl hands them over.
struct ResponseHead: Hashable, Sendable {
    private(set) var status = 0
    private(set) var phrase = ""
    private(set) var contentLength: UInt64?
    private(set) var contentRange: String?
    private(set) var etag: String?
    private(set) var location: String?
    /// Encodings other than identity, of content or transfer; nil when there is none.
    private(set) var encoding: String?
    private(set) var retryAfterInSeconds: Int?
    /// Of the server's clock, as it stands there: "Fri, 27 Nov 2026 18:00:00 GMT".
    private(set) var date: String?

    enum Progress { case more, complete }

    /// Takes one line with its line end. A status line starts anew: after an interim answer or a redirect the next
    /// answer's head follows. The empty line ends a head.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Progress {
        let text = String(decoding: bytes, as: UTF8.self)
        let line = text.prefix { !$0.isNewline }
        if line.isEmpty { return .complete }
        if line.hasPrefix("HTTP/") {
            takeStatus(line)
        } else if let colon = line.firstIndex(of: ":") {
            take(
                name: line[..<colon].lowercased(),
                value: Self.trimmed(line[line.index(after: colon)...]))
        }
        return .more
    }

    private mutating func takeStatus(_ line: Substring) {
        self = ResponseHead()
        let words = line.split(separator: " ", maxSplits: 2)
        status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        phrase = words.count > 2 ? Printable.ascii(words[2], limit: 60) : ""
    }

    private mutating func take(name: String, value: String) {
        switch name {
        case "content-length": contentLength = UInt64(value)
        case "content-range": contentRange = value
        case "etag": etag = value
        case "date": date = Printable.ascii(value, limit: 40)
        case "location": location = Printable.ascii(value)
        case "retry-after": retryAfterInSeconds = Int(value)
        case "content-encoding" where value.lowercased() != "identity" && !value.isEmpty:
            encoding = Printable.ascii(value, limit: 60)
        case "transfer-encoding" where !["identity", "chunked"].contains(value.lowercased()):
            encoding = Printable.ascii(value, limit: 60)
        default: break
        }
    }

    private static func trimmed(_ value: Substring) -> String {
        var value = value.drop { $0 == " " || $0 == "\t" }
        while let last = value.last, last == " " || last == "\t" { value.removeLast() }
        return String(value)
    }

    /// "503 Service Unavailable"
    var statusText: String { phrase.isEmpty ? "\(status)" : "\(status) \(phrase)" }

    /// An answer before the real one (1xx), or one that libcurl follows to another address.
    var isInterim: Bool { (100..<200).contains(status) || (isRedirect && location != nil) }

    var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }
}
