import Foundation
import ProgramHarness
import Testing

/// Two processes on two terminals, which tmux emulates, and a restore whose server stands still for as long as the test wants.
@Suite("A console attached to another one")
struct AttachedConsoleTests {
    /// A terminal with the menu on it.
    private final class Console {
        private let scratch: Scratch
        private let name: String
        let terminal: TmuxTerminal

        init(_ name: String, _ words: String, in scratch: Scratch) throws {
            self.scratch = scratch
            self.name = name
            let command = """
                echo $$ >'\(scratch("\(name).pid"))'
                TERM=xterm LIFEBOAT_CONSOLE=\(name) exec '\(RescueProgram.path)' \(words) 2>'\(scratch("\(name).log"))'
                """
            terminal = try TmuxTerminal(command, in: scratch)
        }

        deinit {
            // A terminal that is gone already says so; a program that outlived its test waits for its server for ever.
            _ = try? terminal.close()
            _ = try? scratch.sh(
                "p=$(cat \(name).pid) && [ \"$(readlink /proc/$p/exe)\" = '\(RescueProgram.path)' ] && kill -9 $p")
        }

        func answer(_ text: String, _ line: String) throws { try terminal.answer(text, line) }
        func see(_ text: String) throws { try terminal.see(text) }
        func press(_ key: String) throws { try terminal.press(key) }
        func close() throws { try terminal.close() }
    }

    private let scratch: Scratch
    private let server: Server
    private let target: String
    private let options: String
    private let bytes = Disk.random(8 << 20, seed: 5)

    init() throws {
        scratch = try Scratch()
        try Disk.write(bytes, to: scratch("disk"))
        try Disk.write([UInt8](repeating: 0, count: bytes.count), to: scratch("target"))
        let lifeboat = URL(filePath: RescueProgram.path).deletingLastPathComponent().appending(path: "lifeboat").path
        try scratch.sh("'\(lifeboat)' repository init r && '\(lifeboat)' capture --repository r --host web01 disk")
        server = try Server.lifeboat("r", in: scratch)
        target = try scratch.loop("target")
        try Disk.write(Array("lifeboat.repository=\(server.url)".utf8), to: scratch("cmdline"))
        options = "--state '\(scratch.path)' --command-line '\(scratch("cmdline"))' --only-disks \(target)"
    }

    /// At the running restore, which cannot go on: its server stands still.
    private func owner() throws -> Console {
        let console = try Console("tty1", options, in: scratch)
        try console.answer("Choice>", "1")
        try console.answer("Repository>", "")
        try console.answer("Host>", "1")
        try console.answer("Moment>", "latest")
        try console.answer("Disks>", "0=0")
        try console.answer("Plan>", "exact")
        try console.see("Identity>")
        server.process.signal(SIGSTOP)
        try console.answer("Identity>", "\(bytes.count) \(target)")
        try console.see("Lifeboat: restoring")
        return console
    }

    private func guest(_ name: String) throws -> Console {
        let console = try Console(name, options, in: scratch)
        try console.answer("Choice>", "1")
        try console.see("Restore of web01 on tty1")
        try console.answer("Busy>", "")
        try console.see("Lifeboat: restoring")
        return console
    }

    @Test("shows the same, answers for it, and finishes the restore when the owner's terminal is gone")
    func terminalLost() throws {
        let owner = try owner()
        let guest = try guest("tty3")
        let line = try self.guest("ttyS0")
        // What one console asks stands on all of them, and any of them answers.
        try guest.press("C-c")
        for console in [owner, guest, line] { try console.see("Stop>") }
        try line.answer("Stop>", "no")
        for console in [owner, guest, line] { try console.see("The restore goes on.") }
        // One leaves: it is its own console again, and may come back.
        try guest.press("Escape")
        try guest.see("Lifeboat: main menu")
        try guest.answer("Choice>", "1")
        try guest.answer("Busy>", "")
        try guest.see("Lifeboat: restoring")
        try owner.close()
        // The owner sees that within a second, while nothing else happens.
        try scratch.sh("until grep -q 'the terminal is gone' tty1.log; do sleep 0.05; done", seconds: 20)
        server.process.signal(SIGCONT)
        for console in [guest, line] { try console.see("restore finished") }
        #expect(try Disk.read(target) == bytes)
        try line.answer("Done>", "")
        for console in [guest, line] { try console.see("main menu") }
        try scratch.sh("until grep -q 'agent: the console is gone' tty1.log; do sleep 0.05; done", seconds: 20)
        #expect(try scratch.sh("stat -c %a job.socket") == "600")
    }

    @Test("STOP on an attached console stops the restore of the other one")
    func stopped() throws {
        let owner = try owner()
        let guest = try guest("ttyS0")
        try guest.press("C-c")
        try guest.answer("Stop>", "STOP")
        for console in [owner, guest] { try console.see("restore stopped") }
        try owner.answer("Done>", "")
        try guest.see("The work on the other console is over.")
    }
}
