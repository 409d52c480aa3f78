internal import CCurl

/// An http or https URL of a folder or an object, checked by libcurl's own parser (`curl_url_set`).
///
/// `description` leaves out user and password, which the URL may hold.
package struct HTTPAddress: Hashable, CustomStringConvertible, Sendable {
    /// What libcurl is given, user and password included; never ends in a slash.
    let text: String
    /// "http" or "https".
    package let scheme: String
    package let description: String

    /// Parses `text`; slashes at its end are dropped. Throws `badAddress` when it is no http(s) URL with a host, or has
    /// a query or a fragment, for names are appended to it.
    package init(_ text: String) throws(TransferError) {
        let url = URLHandle()
        if let problem = url.parse(text) {
            throw TransferError(.badAddress, url: Self.redacted(text), reason: problem)
        }
        guard let scheme = url.part(CURLUPART_SCHEME), scheme == "http" || scheme == "https" else {
            throw TransferError(
                .badAddress, url: Self.redacted(text), reason: "the address must start with http:// or https://")
        }
        guard url.part(CURLUPART_QUERY) == nil, url.part(CURLUPART_FRAGMENT) == nil else {
            throw TransferError(
                .badAddress, url: Self.redacted(text), reason: "an address with ? or # cannot be a repository's")
        }
        let whole = url.part(CURLUPART_URL) ?? text
        url.removeCredentials()
        self.init(
            text: Self.withoutSlashes(whole), scheme: scheme,
            description: Self.withoutSlashes(Printable.ascii(url.part(CURLUPART_URL) ?? "")))
    }

    private init(text: String, scheme: String, description: String) {
        self.text = text
        self.scheme = scheme
        self.description = description
    }

    /// The object `name` below this address. Everything but letters, digits and `-._~` is percent-encoded; the
    /// components must not be empty, `.` or `..` (programmer's error: names are checked before).
    package func appending(_ name: String) -> HTTPAddress {
        var suffix = ""
        for component in name.split(separator: "/", omittingEmptySubsequences: false) {
            precondition(!["", ".", ".."].contains(component), "an object named \"\(name)\"")
            suffix += "/" + Self.percentEncoded(component)
        }
        return HTTPAddress(text: text + suffix, scheme: scheme, description: description + suffix)
    }

    private static func percentEncoded(_ component: Substring) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in component.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func withoutSlashes(_ text: String) -> String {
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }

    /// An address that could not be parsed, safe to print: whatever stands before an @ may be a password.
    private static func redacted(_ text: String) -> String {
        Printable.ascii(text.lastIndex(of: "@").map { "…" + text[$0...] } ?? text)
    }
}
