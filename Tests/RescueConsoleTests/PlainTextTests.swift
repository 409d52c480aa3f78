import RescueConsole
import Testing

@Suite("Text for every console")
struct PlainTextTests {
    @Test(
        "nothing but printable ASCII reaches a terminal",
        arguments: [
            ("a\u{1b}[2Jb", "a?[2Jb"), ("x\u{7}\r", "x??"), ("2 – 3 … “q”", "2 - 3 ... \"q\""), ("Größe", "Gr??e"),
            ("tab\there", "tab here"),
        ])
    func ascii(text: String, plain: String) {
        #expect(PlainText.ascii(text) == plain)
    }

    @Test("long lines are cut at blanks, long words anywhere, and every line fits")
    func wrap() {
        let text = "    ERASES  " + String(repeating: "word ", count: 40) + String(repeating: "x", count: 200)
        let lines = PlainText.wrap(text)
        #expect(lines.allSatisfy { $0.utf8.count <= 79 })
        #expect(lines[0].hasPrefix("    ERASES  word word"))
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("      ") })
        let joined = lines.joined().filter { $0 != " " }
        #expect(joined == text.filter { $0 != " " })
    }

    @Test("a line of exactly 79 columns stays one", arguments: [78, 79, 80])
    func boundary(length: Int) {
        #expect(PlainText.wrap(String(repeating: "x", count: length)).count == (length > 79 ? 2 : 1))
    }

    @Test("a screen is an empty line, a title, lines, and a prompt without a line feed")
    func screen() {
        let screen = ScreenText("choose the host", ["one"], prompt: "Host")
        #expect(screen.rendered == "\n== Lifeboat: choose the host ==\none\nHost> ")
    }

    @Test(
        "lines end with return, line feed or both; Ctrl-C drops what was typed",
        arguments: [
            ([UInt8]("a\r".utf8), [ConsoleInput.line("a")]),
            ([UInt8]("a\r\nb\n".utf8), [.line("a"), .line("b")]),
            ([UInt8]("\r\r".utf8), [.line(""), .line("")]),
            ([UInt8]("abc\u{3}d\n".utf8), [.interrupt, .line("d")]),
            ([UInt8]("a\u{1b}[Ab\n".utf8), [.line("a[Ab")]),
            ([UInt8]("no end".utf8), []),
        ])
    func lines(bytes: [UInt8], inputs: [ConsoleInput]) {
        var reader = LineReader()
        #expect(reader.feed(bytes) == inputs)
        var slow = LineReader()
        #expect(bytes.flatMap { slow.feed([$0]) } == inputs)
    }
}
