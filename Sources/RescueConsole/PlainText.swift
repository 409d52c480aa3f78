/// Text as every console can show it: printable ASCII, at most `width` columns.
///
/// Models, labels and error messages come from disks and networks: whatever is in them, no control character and no escape
/// sequence reaches a terminal.
package enum PlainText {
    /// One column less than a terminal of 80 has, so that no line wraps by itself.
    package static let width = 79

    /// The text in printable ASCII: typographic signs as their plain forms, everything else as "?".
    package static func ascii(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case " "..."~": plain.unicodeScalars.append(scalar)
            case "\t", "\n", "\u{a0}": plain += " "
            case "\u{2013}", "\u{2014}", "\u{2212}": plain += "-"
            case "\u{2026}": plain += "..."
            case "\u{2018}", "\u{2019}": plain += "'"
            case "\u{201c}", "\u{201d}": plain += "\""
            case "\u{2192}": plain += "->"
            default: plain += "?"
            }
        }
        return plain
    }

    /// One line in as many as it needs, cut at blanks; what follows is indented two further than the start.
    package static func wrap(_ text: String) -> [String] {
        let line = ascii(text)
        guard line.utf8.count > width else { return [line] }
        let indent = String(line.prefix { $0 == " " })
        let next = indent.utf8.count < 20 ? indent + "  " : indent
        var lines: [String] = []
        var current = indent
        var isEmpty = true
        // Blanks inside the line are kept: they are what aligns it.
        for word in line.dropFirst(indent.utf8.count).split(separator: " ", omittingEmptySubsequences: false) {
            var word = word
            if !isEmpty, current.utf8.count + 1 + word.utf8.count > width {
                lines.append(current)
                current = next
                isEmpty = true
            }
            while current.utf8.count + word.utf8.count > width {
                let room = width - current.utf8.count
                lines.append(current + word.prefix(room))
                word = word.dropFirst(room)
                current = next
            }
            current += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [current]
    }

    /// With blanks behind it, up to `width` columns.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.utf8.count))
    }

    /// A name cut to `limit` columns, the cut shown.
    package static func cut(_ text: String, _ limit: Int) -> String {
        let plain = ascii(text)
        return plain.utf8.count <= limit ? plain : plain.prefix(limit - 2) + ".."
    }
}
