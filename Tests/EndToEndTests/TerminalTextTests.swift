import EndToEndHarness
import Testing

struct TerminalTextTests {
    @Test("escape sequences, carriage returns and cut characters leave plain lines")
    func plain() {
        let bytes = Array("\u{1B}[2J\u{1B}[01;01HHost ☂\r\n\u{1B}[?2004hroot# ".utf8)
        for cut in bytes.indices {
            var text = TerminalText()
            let result = text.plain(Array(bytes[..<cut])) + text.plain(Array(bytes[cut...]))
            #expect(result == "Host ☂\nroot# ", "cut at \(cut)")
        }
    }
}
