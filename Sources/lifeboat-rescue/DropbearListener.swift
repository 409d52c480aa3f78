import Glibc
import LinuxSystem

/// The dropbear that listens, and those of its connections, known by their ids.
struct DropbearListener {
    private let processID: pid_t

    /// nil when none runs: the id may be another program's by now.
    init?(pidFile: String) {
        guard let number = Files.text(of: pidFile).flatMap({ pid_t($0) }), number > 1,
            // A process that has just ended has no program.
            let program = try? Files.linkTarget("/proc/\(number)/exe"), Files.lastComponent(of: program) == "dropbear"
        else { return nil }
        processID = number
    }

    /// One for each connection, logged in or not.
    func connections() throws -> [pid_t] {
        try Files.names(in: "/proc").compactMap { pid_t($0) }.filter { Self.status(of: $0)?.parent == processID }
    }

    /// Ends it and its connections. What runs on them loses its terminal: menus end, a job goes on.
    func end() throws {
        // Nobody may come in while they are counted.
        kill(processID, SIGSTOP)
        while let state = Self.status(of: processID)?.state, state != "T", state != "Z" {
            Clocks.sleep(nanoseconds: 1_000_000)
        }
        let connections = try connections()
        for connection in connections + [processID] { kill(connection, SIGKILL) }
        let deadline = Clocks.monotonicNanoseconds + 5_000_000_000
        while let state = Self.status(of: processID)?.state, state != "Z", Clocks.monotonicNanoseconds < deadline {
            Clocks.sleep(nanoseconds: 1_000_000)
        }
    }

    /// `proc(5)`, stat: "12 (dropbear) S 1 …"; nil when there is no such process.
    private static func status(of number: pid_t) -> (state: Substring, parent: pid_t)? {
        guard let text = Files.text(of: "/proc/\(number)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let words = text[text.index(after: end)...].split(separator: " ")
        guard words.count > 1, let parent = pid_t(words[1]) else { return nil }
        return (words[0], parent)
    }
}
