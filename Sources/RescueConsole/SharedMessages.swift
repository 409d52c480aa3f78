// What goes through the socket between the console that works and the consoles that are attached to it: one JSON object a line.
// Both ends belong to the same user, and both take what comes for bytes from outside.

/// From the console that works.
struct OwnerMessage: Codable {
    /// A decoder takes no longer one.
    static let limit = 1 << 20
    /// What is shown of a report; its end is what counts.
    static let mostLines = 1000
    static let mostOfBoard = 40

    /// A screen, and which one it is: answers name it.
    var screen: SharedScreen?
    var number: Int?
    /// Lines that belong to no screen.
    var lines: [String]?
    /// The picture of a job's progress; `lines` are what it is where nothing can be drawn.
    var board: [String]? = nil
}

/// To the console that works.
struct GuestMessage: Codable {
    static let limit = 1 << 15

    /// The screen that was there when it was typed.
    var number: Int
    /// nil: Ctrl-C.
    var line: String?
}

/// A screen on its way.
struct SharedScreen: Codable {
    struct Row: Codable {
        var line: Int
        var answer: String
    }

    var title: String
    var lines: [String]
    var prompt: String?
    var isSecret: Bool
    var rows: [Row]

    init(_ screen: ScreenText) {
        title = screen.title
        lines = screen.lines.suffix(OwnerMessage.mostLines)
        prompt = screen.prompt.map { String($0.dropLast(2)) }
        isSecret = screen.isSecret
        // A list that is cut has lost its places.
        rows = lines.count < screen.lines.count ? [] : screen.rows.map { Row(line: $0.line, answer: $0.answer) }
    }

    /// As every screen is: printable, within the width.
    var text: ScreenText {
        let answers = rows.map { ($0.line, PlainText.ascii($0.answer)) }
        return ScreenText(
            PlainText.cut(title, 60), lines.suffix(OwnerMessage.mostLines),
            prompt: prompt.map { PlainText.cut($0, 20) },
            isSecret: isSecret, rows: Dictionary(answers) { first, _ in first })
    }
}
