internal import LinuxSystem

/// A text file of the restored system while single lines of it are replaced: every other byte stays as it is.
///
/// Works on UTF-8, not on characters: "\r\n" is one `Character` in Swift, and a combining mark would swallow the space before it.
struct EditedText {
    let path: String
    /// Without their "\n"; joined by it they are the file again.
    private(set) var lines: [String]
    private(set) var edits: [String] = []

    private static let shownEdits = 24
    private static let shownLength = 240

    /// nil when the bytes are not UTF-8, or hold a zero, which no configuration does.
    init?(path: String, bytes: [UInt8]) {
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else { return nil }
        self.path = path
        lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    var bytes: [UInt8] { Array(lines.joined(separator: "\n").utf8) }

    /// Replaces one line and notes it for the reason of the change; does nothing when it is that already.
    mutating func replace(line index: Int, with line: String, because why: String) {
        guard lines[index] != line else { return }
        edits.append("line \(index + 1): \"\(Self.shown(lines[index]))\" becomes \"\(Self.shown(line))\", \(why)")
        lines[index] = line
    }

    /// The change that carries the edits out, with each line before and after; nil when there were none.
    func change(padded: ([UInt8]) -> [UInt8] = { $0 }) -> AdaptationChange? {
        guard !edits.isEmpty else { return nil }
        var reasons = Array(edits.prefix(Self.shownEdits))
        if edits.count > reasons.count {
            reasons.append("and \(edits.count - reasons.count) more lines in the same way")
        }
        return AdaptationChange(
            .write(path: path, bytes: padded(bytes), mode: 0o644), reason: "\(path) \(reasons.joined(separator: "; "))")
    }

    private static func shown(_ line: String) -> String {
        let trimmed = line.trimmed
        return trimmed.utf8.count <= shownLength ? trimmed : "\(String(trimmed.unicodeScalars.prefix(shownLength)))…"
    }
}

extension String {
    /// Places of the words between separators: white space, and `others`.
    func words(separatedAlsoBy others: String = "") -> [Range<String.Index>] {
        let extra = Array(others.utf8)
        var found: [Range<String.Index>] = []
        var start: String.Index?
        for index in utf8.indices {
            let byte = utf8[index]
            if byte == 0x20 || (0x09...0x0d).contains(byte) || extra.contains(byte) {
                if let begin = start { found.append(begin..<index) }
                start = nil
            } else if start == nil {
                start = index
            }
        }
        if let begin = start { found.append(begin..<utf8.endIndex) }
        return found
    }

    /// Without white space (of ASCII) at both ends.
    var trimmed: String {
        guard let first = words().first, let last = words().last else { return "" }
        return String(self[first.lowerBound..<last.upperBound])
    }

    /// Without one pair of quotes around it.
    var unquoted: String {
        guard utf8.count > 1, let first = utf8.first, first == utf8.last, first == 0x22 || first == 0x27 else {
            return self
        }
        return String(decoding: utf8.dropFirst().dropLast(), as: UTF8.self)
    }

    /// What comes before and after the first `separator`; nil when there is none.
    func cut(at separator: Unicode.Scalar) -> (before: String, after: String)? {
        guard let index = unicodeScalars.firstIndex(of: separator) else { return nil }
        return (
            String(unicodeScalars[..<index]), String(unicodeScalars[unicodeScalars.index(after: index)...])
        )
    }
}
