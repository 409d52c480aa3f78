package import TerminalScreen

/// One screen as text: what a screen and a serial line show alike. `FullScreen` draws the same values.
package struct ScreenText: Hashable, Sendable {
    /// What stands in "== Lifeboat: … =="; fixed for each screen, harnesses wait for it (docs/rescue-menu.md).
    package var title: String
    package var lines: [String]
    /// "Host> "; nil when nothing can be typed.
    package var prompt: String?
    /// Whether what is typed must not be seen.
    package var isSecret: Bool
    /// Lines that stand for an answer, by their place in `lines`: where there are arrow keys they can be chosen.
    package private(set) var rows: [Row] = []
    /// Keys that stand for an answer as long as nothing is typed, where there are keys.
    package var keys: [TerminalKey: String]

    package struct Row: Hashable, Sendable {
        package var line: Int
        package var answer: String
    }

    /// - Parameter rows: answers by the places of their lines in `lines`.
    package init(
        _ title: String, _ lines: [String], prompt: String?, isSecret: Bool = false, rows: [Int: String] = [:],
        keys: [TerminalKey: String] = [:]
    ) {
        self.keys = keys
        self.title = title
        self.isSecret = isSecret
        self.prompt = prompt.map { "\($0)> " }
        self.lines = []
        for (place, line) in lines.enumerated() {
            if let answer = rows[place] { self.rows.append(Row(line: self.lines.count, answer: answer)) }
            self.lines += PlainText.wrap(line)
        }
    }

    package var titleLine: String { "== Lifeboat: \(title) ==" }

    /// Lines end in "\n", the prompt does not: the cursor stays behind it.
    package var rendered: String { rendered(saying: []) }

    /// With what is said of it above the prompt.
    package func rendered(saying said: [String]) -> String {
        let above = said.isEmpty ? [] : [""] + said
        return "\n\(titleLine)\n" + (lines + above).map { "\($0)\n" }.joined() + (prompt ?? "")
    }
}
