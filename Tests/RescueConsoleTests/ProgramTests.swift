import Foundation
import Testing

@Suite("The program on a console")
struct ProgramTests {
    @Test("shows the menu in plain lines, and ends with 1 when the console is gone")
    func endOfInput() throws {
        let program = try RescueProgram()
        try program.start()
        #expect(program.says("== Lifeboat: main menu =="))
        #expect(program.says("\nChoice> "))
        try program.closeInput()
        #expect(program.wait() == 1)
        #expect(program.transcript.utf8.allSatisfy { $0 == 0x0a || (0x20..<0x7f).contains($0) })
    }

    @Test("help and bad usage", arguments: [("--help", Int32(0)), ("--nonsense", Int32(2))])
    func usage(option: String, status: Int32) throws {
        let program = try RescueProgram([option])
        try program.start()
        #expect(program.wait() == status)
    }

    @Test("offers the address of the kernel command line, and says why it cannot be opened")
    func repository() throws {
        let program = try RescueProgram(
            kernelCommandLine: "quiet lifeboat.repository=/nonexistent/repository", file: "repository=http://no/")
        try program.start()
        #expect(program.says("Choice> "))
        try program.type("1")
        #expect(program.says("Address: /nonexistent/repository"))
        #expect(program.says("Repository> "))
        try program.type("")
        #expect(program.says("! There is no repository at /nonexistent/repository"))
    }

    @Test("while another program has the machine's lock, nothing is restored, captured or rebooted")
    func locked() throws {
        let program = try RescueProgram()
        let lock = open(program.directory.appending(path: "restore.lock").path, O_RDWR | O_CREAT, 0o644)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
        let job = "Restore of web01 on tty1\nWriting    37.5 %"
        try Data(job.utf8).write(to: program.directory.appending(path: "job.txt"))
        try program.start()
        #expect(program.says("Choice> "))
        try program.type("1")
        #expect(
            program.says("== Lifeboat: another console is working ==\nRestore of web01 on tty1\nWriting    37.5 %\n"))
        #expect(program.says("Busy> "))
        #expect(flock(lock, LOCK_UN) == 0)
        try program.type("")
        #expect(program.says("== Lifeboat: choose the repository =="))
    }

    @Test("without any disk the menu says so when capturing")
    func noDisks() throws {
        let program = try RescueProgram()
        try program.start()
        #expect(program.says("Choice> "))
        try program.type("2")
        #expect(program.says("No file system that can be mounted was found"))
    }

    @Test("logs and reports are copied to a directory of their own, without the token of the command line")
    func saveLogs() throws {
        let program = try RescueProgram(file: "host=web01")
        let target = program.directory.appending(path: "stick")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        for (name, text) in [
            ("boot.log", "quiet lifeboat.token=lbt_1_secret rw\n"), ("report.json", "{}\n"), ("restore.lock", "no\n"),
        ] { try Data(text.utf8).write(to: program.directory.appending(path: name)) }
        try program.start()
        #expect(program.says("Choice> "))
        try program.type("4")
        #expect(program.says("Tool> "))
        try program.type("3")
        #expect(program.says("Place> "))
        try program.type(target.path)
        #expect(program.says("Saved "))
        let saved = try FileManager.default.contentsOfDirectory(atPath: target.path)
        #expect(saved.count == 1 && saved[0].hasPrefix("lifeboat-2") && saved[0].hasSuffix("-web01"), "\(saved)")
        let directory = target.appending(path: saved[0])
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(names.contains("boot.log") && names.contains("report.json") && !names.contains("restore.lock"))
        let log = try String(contentsOf: directory.appending(path: "boot.log"), encoding: .utf8)
        #expect(log == "quiet lifeboat.token=(hidden) rw\n")
        #expect(program.says("Tool> "))
    }

    @Test("a place that is not there is said, and nothing is copied")
    func saveNowhere() throws {
        let program = try RescueProgram()
        try program.start()
        #expect(program.says("Choice> "))
        try program.type("4")
        #expect(program.says("Tool> "))
        try program.type("3")
        #expect(program.says("Place> "))
        try program.type("/nonexistent/place")
        #expect(program.says("! There is no directory /nonexistent/place. Nothing was copied."))
    }
}
