import Foundation
import ProgramHarness
import Testing

/// The program on a real terminal, which tmux emulates: what it shows there is read back cell by cell.
@Suite("The menu on a terminal")
struct TerminalTests {
    /// One session of a tmux of its own.
    private final class Window {
        private let socket = "lifeboat-\(UUID().uuidString)"
        private let program: RescueProgram

        init(type: String, console: String = "tty1", terminal: String = "", columns: Int = 80, rows: Int = 24) throws {
            program = try RescueProgram(
                kernelCommandLine: "lifeboat.repository=/nonexistent lifeboat.terminal=\(terminal)")
            let arguments = program.arguments.map { "'\($0)'" }.joined(separator: " ")
            let command =
                "TERM=\(type) LIFEBOAT_CONSOLE=\(console) '\(RescueProgram.path)' \(arguments) 2>'\(program.directory.path)/log'; echo ended $?; cat"
            try tmux(
                "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "bash", "-c", command)
        }

        deinit { _ = try? tmux("kill-server") }

        @discardableResult
        private func tmux(_ words: String...) throws -> String {
            // Not Foundation's `Process`, which waits for the server that a client leaves behind.
            try Child(["env", "LC_ALL=C.UTF-8", "tmux", "-L", socket] + words, in: program.directory.path)
                .wait(seconds: 20).output
        }

        func press(_ keys: String...) throws { for key in keys { try tmux("send-keys", key) } }
        func type(_ text: String) throws { try tmux("send-keys", "-l", text) }
        func resize(columns: Int, rows: Int) throws {
            try tmux("resize-window", "-x", "\(columns)", "-y", "\(rows)")
        }

        /// Rows of cells, from the top, without blanks at their ends.
        func rows() throws -> [String] {
            try tmux("capture-pane", "-p").split(separator: "\n", omittingEmptySubsequences: false).map {
                var row = $0
                while row.last == " " { row.removeLast() }
                return String(row)
            }
        }

        /// The screen once it fits; what is there after 20 seconds when it does not.
        func screen(when fits: ([String]) -> Bool) throws -> [String] {
            let deadline = Date(timeIntervalSinceNow: 20)
            while true {
                let rows = try rows()
                if fits(rows) || Date() > deadline { return rows }
                usleep(50_000)
            }
        }
    }

    @Test(
        "is drawn in full where the terminal can be, with its colours and without",
        arguments: ["linux", "xterm-256color", "vt220", "vt100", "screen"])
    func drawn(type: String) throws {
        let window = try Window(type: type)
        var rows = try window.screen { $0.count > 22 && $0[22] == "Choice>" }
        #expect(rows[0].hasPrefix(" Lifeboat: main menu") && rows[0].hasSuffix("tty1"), "\(rows)")
        #expect(rows[2].hasPrefix("1  Restore this machine"))
        #expect(rows[23].hasPrefix(" Up/Down choose"))
        try window.press("Down", "Down", "Down", "Up", "Up", "Enter")
        rows = try window.screen { $0[0].contains("choose the repository") }
        #expect(rows.contains("Address: /nonexistent"), "\(rows)")
        try window.type("/nowhere")
        rows = try window.screen { $0[22] == "Repository> /nowhere" }
        #expect(rows[22] == "Repository> /nowhere", "\(rows)")
        try window.press("Enter")
        rows = try window.screen { $0.contains { $0.hasPrefix("! There is no repository at /nowhere") } }
        #expect(rows.contains { $0.hasPrefix("! There is no repository at /nowhere") }, "\(rows)")
        #expect(rows[22] == "Repository>")
        try window.press("Escape")
        rows = try window.screen { $0[0].contains("main menu") }
        #expect(rows[0].contains("main menu"))
    }

    @Test("follows another size, and is drawn anew by Ctrl-L")
    func resized() throws {
        let window = try Window(type: "xterm")
        _ = try window.screen { $0.count > 22 && $0[22] == "Choice>" }
        try window.resize(columns: 100, rows: 40)
        var rows = try window.screen { $0.count > 38 && $0[38] == "Choice>" }
        #expect(rows[38] == "Choice>" && rows[0].utf8.count == 99, "\(rows)")
        try window.resize(columns: 60, rows: 10)
        rows = try window.screen { $0.count > 8 && $0[8] == "Choice>" }
        #expect(rows[8] == "Choice>" && rows[9].contains("PgUp/PgDn: lines 1-6 of 9"), "\(rows)")
        try window.press("PageDown")
        rows = try window.screen { $0.contains { $0.hasPrefix("Nothing starts by itself") } }
        #expect(rows.contains { $0.hasPrefix("Nothing starts by itself") })
        try window.press("C-l")
        #expect(try window.screen { $0[8] == "Choice>" }[8] == "Choice>")
    }

    @Test(
        "is lines on a serial console, where lines are asked for, and on a terminal that can do no more",
        arguments: [
            ("vt220", "ttyS0", ""), ("xterm", "tty1", "lines"), ("dumb", "tty1", ""), ("no-such-terminal", "tty1", ""),
        ])
    func lines(type: String, console: String, terminal: String) throws {
        let window = try Window(type: type, console: console, terminal: terminal)
        let rows = try window.screen { $0.contains("Choice>") }
        #expect(rows.contains("== Lifeboat: main menu =="), "\(rows)")
        #expect(!rows.joined().contains("Up/Down"))
    }

    @Test("a serial console is drawn in full where that is asked for, and the shell gets the terminal as it was")
    func shell() throws {
        let window = try Window(type: "vt220", console: "ttyS0", terminal: "full")
        var rows = try window.screen { $0.count > 22 && $0[22] == "Choice>" }
        #expect(rows[0].hasSuffix("ttyS0"))
        try window.type("4")
        try window.press("Enter")
        _ = try window.screen { $0.count > 22 && $0[22] == "Tool>" }
        try window.type("1")
        try window.press("Enter")
        // The shell's terminal echoes and takes whole lines.
        usleep(500_000)
        try window.type("echo $((6*7))")
        try window.press("Enter")
        rows = try window.screen { $0.contains("42") }
        #expect(rows.contains("42"), "\(rows)")
        try window.type("exit")
        try window.press("Enter")
        rows = try window.screen { $0[0].contains("tools") }
        #expect(rows[0].contains("tools") && rows[22] == "Tool>", "\(rows)")
    }
}
