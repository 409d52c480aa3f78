import RescueConsole
import TerminalScreen
import Testing

/// The menu on a terminal that is drawn in full, without a terminal.
@Suite("Screens drawn in full")
struct FullScreenTests {
    private static let size = TerminalSize(rows: 24, columns: 80)

    private func list(_ count: Int, above: [String] = ["HEADING"], below: [String] = ["", "Type a number."])
        -> ScreenText
    {
        let lines = above + (1...count).map { "  \($0)  host \($0)" } + below
        let rows = Dictionary(uniqueKeysWithValues: (1...count).map { (above.count + $0 - 1, "\($0)") })
        return ScreenText("choose the host", lines, prompt: "Host", rows: rows)
    }

    private func full(_ screen: ScreenText, size: TerminalSize = size) -> FullScreen {
        var full = FullScreen(size: size, name: "tty1")
        full.show(screen)
        return full
    }

    private func type(_ text: String, into full: inout FullScreen) -> [ConsoleInput] {
        text.utf8.compactMap { full.take(.byte($0)) }
    }

    private func texts(_ full: FullScreen) -> [String] { full.frame.lines.map(\.text) }

    @Test(
        "title, lines, prompt and hints have their places, whatever the size",
        arguments: [(24, 80), (10, 40), (50, 132)])
    func places(rows: Int, columns: Int) {
        let full = full(list(3), size: TerminalSize(rows: rows, columns: columns))
        let lines = full.frame.lines
        #expect(lines.count == rows)
        #expect(lines[0].style == .title && lines[0].text.hasPrefix(" Lifeboat: choose the host"))
        #expect(lines[0].text.utf8.count == columns - 1 && lines[0].text.hasSuffix("tty1"))
        #expect(lines[2].text == "HEADING" && lines[3].text == "  1  host 1")
        #expect(lines[rows - 2].text == "Host> ")
        #expect(full.frame.cursor.map { [$0.row, $0.column] } == [rows - 2, 6])
        #expect(lines[rows - 1].text.contains("Up/Down choose") && lines[rows - 1].text.contains("Esc back"))
    }

    @Test("a terminal that tells no sensible size is drawn as a small one")
    func noSize() {
        let full = full(list(3), size: TerminalSize(rows: 0, columns: 0))
        #expect(full.frame.lines.count == 10)
    }

    @Test("rows are chosen by arrows, and Enter gives the chosen row's answer; what is typed goes before")
    func rows() {
        var full = full(list(3))
        #expect(full.take(.enter) == .line(""), "nothing is chosen by itself")
        _ = full.take(.down)
        _ = full.take(.down)
        #expect(full.frame.lines.filter { $0.style == .chosen }.map(\.text) == ["  2  host 2"])
        #expect(full.take(.enter) == .line("2"))
        _ = full.take(.up)
        #expect(full.take(.enter) == .line("1"))
        #expect(type("web", into: &full).isEmpty)
        #expect(!full.frame.lines.contains { $0.style == .chosen })
        #expect(texts(full).contains("Host> web"))
        _ = full.take(.backspace)
        #expect(full.take(.enter) == .line("we"))
        for _ in 0..<9 { _ = full.take(.down) }
        #expect(full.take(.enter) == .line("3"), "the last one stays the last one")
    }

    @Test("keys that stand for answers give them as long as nothing is typed")
    func keys() {
        var full = full(ScreenText("choose the moment", ["a"], prompt: "Moment", keys: [.left: "<", .byte(0x2b): "+"]))
        #expect(full.take(.left) == .line("<"))
        #expect(full.take(.byte(0x2b)) == .line("+"))
        #expect(full.take(.right) == nil)
        #expect(full.take(.byte(0x31)) == nil)
        #expect(full.take(.left) == nil && full.take(.byte(0x2b)) == nil)
        #expect(full.take(.enter) == .line("1+"))
        #expect(texts(full).last?.contains("Arrows move") == true)
    }

    @Test("long screens scroll, and what is chosen is always seen")
    func scrolling() {
        var full = full(list(60))
        #expect(texts(full).last?.contains("lines 1-20 of 63") == true, "\(texts(full).last ?? "")")
        _ = full.take(.pageDown)
        #expect(texts(full)[2] == "  20  host 20")
        _ = full.take(.end)
        #expect(texts(full).contains("Type a number."))
        _ = full.take(.home)
        for number in 1...60 {
            _ = full.take(.down)
            #expect(full.frame.lines.filter { $0.style == .chosen }.map(\.text) == ["  \(number)  host \(number)"])
        }
        #expect(texts(full).contains("Type a number."), "what stands below the last row comes with it")
        for _ in 1..<60 { _ = full.take(.up) }
        #expect(texts(full)[2] == "HEADING")
        full.resize(to: TerminalSize(rows: 80, columns: 80))
        #expect(texts(full).contains("  60  host 60") && texts(full).contains("HEADING"))
    }

    @Test("what is typed for one screen answers no other")
    func typedAhead() {
        var full = full(list(3))
        #expect(type("yes", into: &full).isEmpty)
        full.show(ScreenText("confirm what is erased", ["ALL OF THIS IS ERASED."], prompt: "Serial"))
        #expect(full.take(.enter) == .line(""))
        #expect(full.frame.lines.contains { $0.text == "ALL OF THIS IS ERASED." && $0.style == .trouble })
    }

    @Test("a secret is not shown, is taken as it is, and Esc does not leave it")
    func secret() {
        var full = full(ScreenText("unlock", ["A container."], prompt: "Passphrase", isSecret: true))
        #expect(type(" g\u{e4}heim", into: &full).isEmpty)
        #expect(!texts(full).joined().contains("heim"))
        #expect(full.take(.escape) == nil)
        #expect(full.take(.enter) == .line(" g\u{e4}heim"))
        #expect(type("p\u{e4}", into: &full).isEmpty)
        _ = full.take(.backspace)
        #expect(full.take(.enter) == .line("p"), "a letter of two bytes goes as one")
    }

    @Test("messages stand above the prompt until the next answer")
    func messages() {
        var full = full(list(3))
        full.say(["! There is no host \"x\" in the list."])
        full.show(list(3))
        #expect(full.frame.lines.contains { $0.style == .trouble && $0.text.contains("no host \"x\"") })
        #expect(texts(full)[21] == "! There is no host \"x\" in the list.")
        _ = full.take(.enter)
        #expect(!texts(full).joined().contains("no host"))
        full.say(["... Looking at the disks"])
        #expect(texts(full).contains("... Looking at the disks"))
        full.show(ScreenText("choose the disks", ["FROM"], prompt: "Disks"))
        #expect(!texts(full).contains("... Looking at the disks"), "it has come")
        // Nothing that a disk or a server says reaches the terminal as it is.
        full.say(["! \u{1b}[2Jgone"])
        #expect(texts(full).joined().utf8.allSatisfy { (0x20..<0x7f).contains($0) })
    }

    @Test("a running job's lines fill the screen, the newest last; Ctrl-C is told apart from text")
    func running() {
        var full = full(ScreenText("restoring", ["web01 as of now", "Ctrl-C asks whether to stop.", ""], prompt: nil))
        full.say((1...100).map { "Writing \($0) %" })
        let texts = texts(full)
        #expect(texts[2] == "web01 as of now" && texts[21] == "Writing 100 %" && texts[5] == "Writing 84 %")
        #expect(full.frame.cursor == nil)
        #expect(full.take(.byte(0x61)) == nil && full.take(.enter) == nil && full.take(.escape) == nil)
        #expect(full.take(.interrupt) == .interrupt)
        full.show(ScreenText("stop the restore?", ["It goes on meanwhile."], prompt: "Stop"))
        full.say(["Writing 101 %"])
        #expect(self.texts(full).contains("Writing 101 %"))
    }
}
