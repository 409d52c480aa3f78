/// Text from the network that may reach a terminal: control characters, which could move the cursor or hide what was
/// written, are replaced.
package enum PrintableText {
    /// `limit` in Unicode scalars; line feeds stay where `lines` are kept.
    package static func of(_ text: String, limit: Int = 2_000, keepingLines lines: Bool = false) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(limit).map {
                    let isControl = $0.value < 0x20 || (0x7F...0x9F).contains($0.value)
                    return isControl && !(lines && $0 == "\n") ? "?" : $0
                }))
    }
}
