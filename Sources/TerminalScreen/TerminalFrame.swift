/// What a terminal shall show, whole. Text is printable ASCII: one byte is one column.
package struct TerminalFrame: Sendable {
    package enum Style: Hashable, Sendable {
        case plain, title, heading, chosen, trouble, good, hint
    }

    package struct Line: Hashable, Sendable {
        package var text: String
        package var style: Style

        package init(_ text: String, _ style: Style = .plain) {
            self.text = text
            self.style = style
        }
    }

    /// From the top; what is missing is empty.
    package var lines: [Line]
    /// Row and column, from 0; nil hides it.
    package var cursor: (row: Int, column: Int)?

    package init(_ lines: [Line] = []) { self.lines = lines }
}

package struct TerminalSize: Hashable, Sendable {
    package var rows: Int
    package var columns: Int

    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }
}

/// What was typed.
package enum TerminalKey: Hashable, Sendable {
    /// A byte of text; letters outside ASCII are several.
    case byte(UInt8)
    case enter, backspace, escape, interrupt, eraseLine, redraw
    case up, down, left, right, pageUp, pageDown, home, end
    /// The terminal has another size now.
    case resized
}
