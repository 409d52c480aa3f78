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
}
