import Glibc

/// Standard output and standard error of this program.
enum Terminal {
    static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
    static func printError(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Words after which something is typed: without a line feed.
    static func ask(_ question: String) { write(question, to: STDERR_FILENO) }

    /// Whether progress can be drawn over itself.
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether text may have more than ASCII in it, as the locale says (setlocale(3), nl_langinfo(3)).
    static var isUTF8: Bool {
        setlocale(LC_CTYPE, "")
        return nl_langinfo(Int32(CODESET)).map { String(cString: $0) } == "UTF-8"
    }

    /// Draws `line` over the last one on standard error, where that is a terminal.
    static func redraw(_ line: String) { write("\r\u{1b}[K\(line)", to: STDERR_FILENO) }

    static func exit(_ status: Int32) -> Never { Glibc.exit(status) }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // A reader that went away (a closed pipe) is no reason to stop a restore.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
