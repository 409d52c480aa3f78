/// The value of a Content-Range header: `bytes 0-99/1234` (RFC 9110, 14.4).
package struct ContentRange: Hashable, Sendable {
    package let range: Range<UInt64>
    /// Length of the whole object; nil when the server does not know it (`*`).
    package let total: UInt64?

    /// Nil when `text` has another form, an end before its start, or an end beyond the total.
    package init?(_ text: some StringProtocol) {
        let words = text.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let halves = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let bounds = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, let first = UInt64(bounds[0]), let last = UInt64(bounds[1]), first <= last,
            last < UInt64.max
        else { return nil }
        if halves[1] == "*" {
            total = nil
        } else {
            guard let length = UInt64(halves[1]), last < length else { return nil }
            total = length
        }
        range = first..<last + 1
    }
}
