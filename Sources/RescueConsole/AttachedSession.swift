package import RepositoryFormat

/// A console that is attached to another one: bytes of the socket become screens and lines, what is typed becomes bytes.
package struct AttachedSession: Sendable {
    package enum Shown: Hashable, Sendable {
        case screen(ScreenText)
        case lines([String])
        case progress(board: [String], lines: [String])
    }

    private var received = MessageLines(limit: OwnerMessage.limit)
    private var number = 0
    /// Whether what is typed now must not be seen, and is taken as it is.
    package private(set) var isSecret = false

    package init() {}

    /// Throws when the other side does not speak this language.
    package mutating func feed(_ bytes: [UInt8]) throws(FormatError) -> [Shown] {
        guard let lines = received.feed(bytes) else {
            throw FormatError(.damaged, "A message of the console that works is too long.")
        }
        var shown: [Shown] = []
        for line in lines {
            let message: OwnerMessage = try decodeJSON(line, subject: "A message of the console that works")
            if let screen = message.screen?.text {
                number = message.number ?? 0
                isSecret = screen.isSecret
                shown.append(.screen(screen))
            }
            if let board = message.board {
                shown.append(
                    .progress(
                        board: board.prefix(OwnerMessage.mostOfBoard).flatMap(PlainText.wrap),
                        lines: (message.lines ?? []).suffix(OwnerMessage.mostLines).flatMap(PlainText.wrap)))
            } else if let lines = message.lines {
                shown.append(.lines(lines.suffix(OwnerMessage.mostLines).flatMap(PlainText.wrap)))
            }
        }
        return shown
    }

    /// What was typed, for the console that works; nil when it is the wish to leave.
    package func message(_ input: ConsoleInput) -> [UInt8]? {
        switch input {
        case .leave: return nil
        case .interrupt: return encodeJSONLine(GuestMessage(number: number, line: nil))
        case .line(let line):
            if !isSecret, line.lowercased().split(separator: " ") == ["leave"] { return nil }
            return encodeJSONLine(GuestMessage(number: number, line: line))
        }
    }
}
