package import TerminalScreen

/// The menu on a terminal that is drawn in full: the same screens, answered by the same lines, with what lines cannot do: rows
/// are chosen by the arrow keys, long screens scroll, and messages have their own place. A value: keys go in, frames come out.
package struct FullScreen: Sendable {
    /// Smaller ones are drawn as if they had this; what does not fit is cut.
    private static let smallest = TerminalSize(rows: 10, columns: 40)
    /// What is kept of what was said: a night's log is in the file.
    private static let mostMessages = 500
    private static let longestInput = 4096

    private var size: TerminalSize
    /// Behind the title: which machine this is.
    private let name: String
    private var screen = ScreenText("", [], prompt: nil)
    private var messages: [String] = []
    /// The picture of a job's progress, between the screen's lines and what was said.
    private var board: [String] = []
    private var input: [UInt8] = []
    /// The first line of the screen that is shown.
    private var top = 0
    private var chosen: Int?
    /// Whether it shows what another console does: Esc leaves that one.
    package var isAttached = false

    package init(size: TerminalSize, name: String = "") {
        self.size = size
        self.name = PlainText.ascii(name)
    }

    package mutating func resize(to size: TerminalSize) {
        self.size = size
        top = min(top, lastTop)
    }

    /// What was typed so far goes where it was meant for the screen before.
    package mutating func show(_ new: ScreenText) {
        let isSame = new.title == screen.title
        if !isSame { (top, chosen, board) = (0, nil, []) }
        // What was waited for has come.
        messages.removeAll { new.prompt == nil ? !isSame : $0.hasPrefix("... ") }
        screen = new
        if let chosen, chosen >= screen.rows.count { self.chosen = nil }
        top = min(top, lastTop)
        if !isSame { input = [] }
    }

    package mutating func say(_ lines: [String]) {
        messages += lines.map(PlainText.ascii)
        messages.removeFirst(max(0, messages.count - Self.mostMessages))
    }

    /// The picture that replaces the one before.
    package mutating func show(board new: [String]) { board = new.map(PlainText.ascii) }

    /// nil when the key only changes what is shown.
    package mutating func take(_ key: TerminalKey) -> ConsoleInput? {
        if input.isEmpty, let answer = screen.keys[key] {
            messages = []
            return .line(answer)
        }
        switch key {
        case .interrupt:
            input = []
            return .interrupt
        case .resized, .redraw: return nil
        case .pageUp: top = max(0, top - bodyRows)
        case .pageDown: top = min(lastTop, top + bodyRows)
        case .up: move(-1)
        case .down: move(1)
        case .home: top = 0
        case .end: top = lastTop
        case .left, .right: break
        case .escape: return isAttached ? .leave : canGoBack ? .line("back") : nil
        case .backspace:
            while let last = input.popLast(), last & 0xc0 == 0x80 {}
        case .eraseLine: input = []
        case .byte(let byte):
            guard screen.prompt != nil, input.count < Self.longestInput else { return nil }
            chosen = nil
            input.append(byte)
        case .enter: return entered()
        }
        return nil
    }

    private mutating func entered() -> ConsoleInput? {
        guard screen.prompt != nil else { return nil }
        defer {
            input = []
            messages = []
        }
        if input.isEmpty, let chosen { return .line(screen.rows[chosen].answer) }
        return .line(String(decoding: input, as: UTF8.self))
    }

    /// On a screen without rows the arrows scroll.
    private mutating func move(_ step: Int) {
        guard !screen.rows.isEmpty else {
            top = min(lastTop, max(0, top + step))
            return
        }
        input = []
        let next =
            chosen.map { min(screen.rows.count - 1, max(0, $0 + step)) } ?? (step > 0 ? 0 : screen.rows.count - 1)
        chosen = next
        let line = screen.rows[next].line
        // With what stands above the first row and below the last one.
        if line < top { top = next == 0 ? 0 : line }
        if line >= top + bodyRows { top = next == screen.rows.count - 1 ? lastTop : line - bodyRows + 1 }
    }

    private var canGoBack: Bool { screen.prompt != nil && !screen.isSecret }

    // MARK: Drawing

    private var rows: Int { max(size.rows, Self.smallest.rows) }

    /// Between title and prompt: a line each above and below, the hints at the end.
    private var middle: Int { rows - 4 }

    private var messageRows: Int {
        screen.prompt == nil ? max(middle - screen.lines.count, middle / 2) : min(messages.count, max(1, middle / 3))
    }

    private var bodyRows: Int { middle - messageRows }
    private var lastTop: Int { max(0, screen.lines.count - bodyRows) }

    package var frame: TerminalFrame {
        var lines = [TerminalFrame.Line(titleLine, .title), TerminalFrame.Line("")]
        let chosenLine = chosen.map { screen.rows[$0].line }
        for row in top..<top + bodyRows {
            guard row < screen.lines.count else {
                lines.append(TerminalFrame.Line(""))
                continue
            }
            lines.append(
                TerminalFrame.Line(
                    screen.lines[row], row == chosenLine ? .chosen : Self.style(of: screen.lines[row])))
        }
        let drawn = board.prefix(messageRows)
        lines += drawn.map { TerminalFrame.Line($0, $0.contains("[") ? .heading : .plain) }
        let messageRows = messageRows - drawn.count
        let said = messages.suffix(messageRows)
        lines += said.map { TerminalFrame.Line($0, Self.style(of: $0)) }
        lines += [TerminalFrame.Line](repeating: TerminalFrame.Line(""), count: messageRows - said.count)
        var cursor: (row: Int, column: Int)?
        if let prompt = screen.prompt {
            // The end of a long answer is what is being typed.
            let typed = screen.isSecret ? "" : PlainText.ascii(String(decoding: input, as: UTF8.self))
            let room = max(1, size.columns - prompt.utf8.count - 1)
            let shown = prompt + typed.suffix(room)
            lines.append(TerminalFrame.Line(shown, .heading))
            cursor = (lines.count - 1, shown.utf8.count)
        } else {
            lines.append(TerminalFrame.Line(""))
        }
        lines.append(TerminalFrame.Line(hints, .hint))
        var frame = TerminalFrame(lines)
        frame.cursor = cursor
        return frame
    }

    private var titleLine: String {
        let title = " Lifeboat: \(screen.title)"
        let name = isAttached ? "\(name), attached" : name
        let room = size.columns - title.utf8.count - name.utf8.count - 1
        return room > 0 ? title + String(repeating: " ", count: room) + name : title
    }

    private var hints: String {
        var parts: [String] = []
        if !screen.rows.isEmpty { parts.append("Up/Down choose") }
        if screen.keys[.left] != nil { parts.append("Arrows move   PgUp/PgDn zoom") }
        if lastTop > 0, screen.keys[.pageUp] == nil {
            let last = min(screen.lines.count, top + bodyRows)
            parts.append("PgUp/PgDn: lines \(top + 1)-\(last) of \(screen.lines.count)")
        }
        if isAttached { parts.append("Esc leaves") } else if canGoBack { parts.append("Esc back") }
        // Of the machine's own screen; nobody else has these keys.
        if screen.prompt == nil, name == "tty1" { parts.append("Alt-F3 log, Alt-F1 back") }
        parts.append("Ctrl-C \(screen.prompt == nil ? "asks whether to stop" : "stops waiting")")
        return " " + parts.joined(separator: "   ")
    }

    private static func style(of line: String) -> TerminalFrame.Style {
        let text = line.drop { $0 == " " }
        let trouble = [
            "! ", "ALL OF THIS IS ERASED", "PROOF OF BOOT FAILED", "NO PROOF OF BOOT", "Warning:", "WARNING:",
            "NO TARGET",
        ]
        if trouble.contains(where: text.hasPrefix) { return .trouble }
        if ["Verified:", "Proof of boot:"].contains(where: text.hasPrefix) { return .good }
        return text.hasPrefix("... ") ? .hint : .plain
    }
}
