package import RepositoryFormat

/// What the console that works tells those attached to it, and what of theirs counts. A value: screens and lines go in, bytes for
/// the socket come out.
package struct Broadcast: Sendable {
    package enum Heard: Hashable, Sendable {
        case input(ConsoleInput)
        /// It was meant for a screen that is not there any more: it answers nothing.
        case late
    }

    /// What somebody who attaches later is told of what was said.
    private static let mostRecent = 40

    private var number = 0
    private var screen = ScreenText("", [], prompt: nil)
    private var recent: [String] = []
    private var board: [String] = []

    package init() {}

    package var isSecret: Bool { screen.isSecret }
    package var hasPrompt: Bool { screen.prompt != nil }

    package mutating func show(_ new: ScreenText) {
        if new.title != screen.title {
            recent = []
            board = []
        }
        screen = new
        number += 1
    }

    package mutating func say(_ lines: [String]) { recent = (recent + lines).suffix(Self.mostRecent) }

    /// What of it is to be sent.
    package mutating func progress(_ new: [String], _ lines: [String]) -> [UInt8] {
        board = new
        say(lines)
        return Self.progress(board, lines)
    }

    private static func progress(_ board: [String], _ lines: [String]) -> [UInt8] {
        encodeJSONLine(OwnerMessage(screen: nil, number: nil, lines: lines, board: board))
    }

    /// The screen that is shown now.
    package var shown: [UInt8] {
        encodeJSONLine(OwnerMessage(screen: SharedScreen(screen), number: number, lines: nil))
    }

    /// For who attaches now.
    package var greeting: [UInt8] {
        guard board.isEmpty else { return shown + Self.progress(board, recent) }
        return shown + (recent.isEmpty ? [] : Self.said(recent))
    }

    package static func said(_ lines: [String]) -> [UInt8] {
        encodeJSONLine(OwnerMessage(screen: nil, number: nil, lines: lines.suffix(OwnerMessage.mostLines)))
    }

    /// What takes the bytes of one guest apart.
    package static var guestLines: MessageLines { MessageLines(limit: GuestMessage.limit) }

    /// Throws what is wrong with a line that is none of this language.
    package func hear(_ line: [UInt8]) throws(FormatError) -> Heard {
        let message: GuestMessage = try decodeJSON(line, subject: "A message of an attached console")
        // Nothing that is typed ahead may answer a question that was not yet on the screen.
        guard message.number == number else { return .late }
        return .input(message.line.map { .line($0) } ?? .interrupt)
    }
}
