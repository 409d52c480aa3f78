/// Text from the network on its way to a terminal: control characters could move the cursor or change the screen.
enum Printable {
    /// `text` with everything but printable ASCII replaced by `?`, cut after `limit` characters.
    static func ascii(_ text: some StringProtocol, limit: Int = 400) -> String {
        var result = ""
        for byte in text.utf8.prefix(limit) {
            result.unicodeScalars.append((0x20...0x7E).contains(byte) ? Unicode.Scalar(byte) : "?")
        }
        return result
    }
}
