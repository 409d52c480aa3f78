/// A Swift file's lines, each divided into code (strings emptied) and comment, so that a rule about code does not trip
/// over words.
///
/// Knows line comments, strings and multi-line strings; block comments are forbidden by the lint rules. An
/// interpolation counts as part of its string.
struct SourceLines: Sequence {
    struct Line {
        /// From 1.
        let number: Int
        let code: String
        let comment: String
        var isBlank: Bool { code.allSatisfy(\.isWhitespace) && comment.isEmpty }
        var isOnlyComment: Bool { code.allSatisfy(\.isWhitespace) && !comment.isEmpty }
    }

    let lines: [Line]

    init(_ text: String) {
        var lines: [Line] = []
        var inMultilineString = false
        for (index, text) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let (code, comment) = Self.divide(text, &inMultilineString)
            lines.append(Line(number: index + 1, code: code, comment: comment))
        }
        self.lines = lines
    }

    func makeIterator() -> IndexingIterator<[Line]> { lines.makeIterator() }

    private static func divide(_ text: Substring, _ inMultilineString: inout Bool) -> (String, String) {
        var code = ""
        var inString = false
        var rest = text
        while let first = rest.first {
            if rest.hasPrefix("\"\"\"") {
                inMultilineString.toggle()
                rest = rest.dropFirst(3)
            } else if inMultilineString {
                rest = rest.dropFirst(first == "\\" ? 2 : 1)
            } else if first == "\"" {
                inString.toggle()
                code.append(first)
                rest = rest.dropFirst()
            } else if inString {
                rest = rest.dropFirst(first == "\\" ? 2 : 1)
            } else if rest.hasPrefix("//") {
                return (code, String(rest))
            } else {
                code.append(first)
                rest = rest.dropFirst()
            }
        }
        return (code, "")
    }
}
