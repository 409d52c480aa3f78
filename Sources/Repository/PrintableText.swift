/// Text from the network that may reach a terminal: control characters, which could move the cursor or hide what was
/// written, are replaced.
enum PrintableText {
    /// `limit` in Unicode scalars.
    static func of(_ text: String, limit: Int = 2_000) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(limit).map {
                    $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : $0
                }))
    }
}
