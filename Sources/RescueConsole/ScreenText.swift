/// One screen as text: what the VGA console and a serial line show alike. A later terminal library draws the same values.
package struct ScreenText: Hashable, Sendable {
    /// What stands in "== Lifeboat: … =="; fixed for each screen, harnesses wait for it (docs/rescue-menu.md).
    package var title: String
    package var lines: [String]
    /// "Host> "; nil when nothing can be typed.
    package var prompt: String?
    /// Whether what is typed must not be seen.
    package var isSecret: Bool

    package init(_ title: String, _ lines: [String], prompt: String?, isSecret: Bool = false) {
        self.title = title
        self.isSecret = isSecret
        self.lines = lines.flatMap(PlainText.wrap)
        self.prompt = prompt.map { "\($0)> " }
    }

    package var titleLine: String { "== Lifeboat: \(title) ==" }

    /// Lines end in "\n", the prompt does not: the cursor stays behind it.
    package var rendered: String {
        "\n\(titleLine)\n" + lines.map { "\($0)\n" }.joined() + (prompt ?? "")
    }
}
