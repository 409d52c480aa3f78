internal import CNcurses

/// The terminal of this process, drawn in full (ncurses, newterm(3ncurses)). One at a time; one thread.
package final class TerminalScreen {
    private let screen: OpaquePointer

    /// On standard input and output, of the type that `TERM` names. nil when that is not known or its terminal cannot
    /// place a cursor: then lines are what it can show.
    package init?() {
        guard let opened = lifeboat_terminal_open() else { return nil }
        screen = opened
    }

    deinit { lifeboat_terminal_close(screen) }

    package var size: TerminalSize {
        TerminalSize(rows: Int(lifeboat_terminal_rows()), columns: Int(lifeboat_terminal_columns()))
    }

    /// Shows a frame; what does not fit is cut. Only what differs is sent.
    package func draw(_ frame: TerminalFrame) {
        let size = size
        lifeboat_terminal_clear()
        for (row, line) in frame.lines.prefix(size.rows).enumerated() { put(line, row, size) }
        lifeboat_terminal_cursor(frame.cursor == nil ? 0 : 1)
        if let cursor = frame.cursor {
            lifeboat_terminal_move(Int32(min(cursor.row, size.rows - 1)), Int32(min(cursor.column, size.columns - 1)))
        }
        lifeboat_terminal_show()
    }

    /// Everything anew: another program, or noise on the line, has written over it.
    package func redraw(_ frame: TerminalFrame) {
        lifeboat_terminal_redraw()
        draw(frame)
    }

    private func put(_ line: TerminalFrame.Line, _ row: Int, _ size: TerminalSize) {
        // The last cell of the last row would make a terminal scroll.
        let width = row == size.rows - 1 ? size.columns - 1 : size.columns
        let isFilled = line.style == .title || line.style == .chosen
        var text = Array(line.text.utf8.prefix(width))
        if isFilled { text += [UInt8](repeating: 0x20, count: max(0, width - text.count)) }
        let (style, colour): (Int, Int32) =
            switch line.style {
            case .plain: (0, 0)
            case .title: (lifeboat_style_reverse | lifeboat_style_bold, 0)
            case .heading: (lifeboat_style_bold, 3)
            case .chosen: (lifeboat_style_reverse, 0)
            case .trouble: (lifeboat_style_bold, 1)
            case .good: (lifeboat_style_bold, 2)
            case .hint: (lifeboat_style_dim, 0)
            }
        text.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return }
            lifeboat_terminal_put(Int32(row), 0, start, Int32(bytes.count), Int32(style), colour)
        }
    }

    /// What was typed since the last call; does not wait.
    package func keys() -> [TerminalKey] {
        var keys: [TerminalKey] = []
        while case let code = lifeboat_terminal_key(), code >= 0 {
            if let key = Self.key(code) { keys.append(key) }
        }
        return keys
    }

    /// Gives the terminal to another program, in the mode it was found in, until the next `redraw`.
    package func suspend() { lifeboat_terminal_suspend() }

    private static func key(_ code: Int32) -> TerminalKey? {
        switch Int(code) {
        case 3: .interrupt
        case 8, 127, lifeboat_key_backspace: .backspace
        case 10, 13, lifeboat_key_enter: .enter
        case 12: .redraw
        case 21: .eraseLine
        case 27: .escape
        case lifeboat_key_up: .up
        case lifeboat_key_down: .down
        case lifeboat_key_left: .left
        case lifeboat_key_right: .right
        case lifeboat_key_page_up: .pageUp
        case lifeboat_key_page_down: .pageDown
        case lifeboat_key_home: .home
        case lifeboat_key_end: .end
        case lifeboat_key_resize: .resized
        case 32..<256: .byte(UInt8(code))
        default: nil
        }
    }
}
