import Foundation
import ProgramHarness

/// A terminal of 80 by 24 that tmux emulates, with a bash command on it; goes away with its owner.
final class TmuxTerminal {
    private let socket = "lifeboat-\(UUID().uuidString)"
    private let scratch: Scratch

    init(_ command: String, in scratch: Scratch) throws {
        self.scratch = scratch
        try tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "bash", "-c", command)
    }

    deinit {
        // A terminal that is gone already says so.
        _ = try? close()
    }

    /// The terminal goes away, as a lost connection's does; what runs on it stays.
    func close() throws { try tmux("kill-server") }

    @discardableResult
    private func tmux(_ words: String...) throws -> String {
        try Child(["env", "LC_ALL=C.UTF-8", "tmux", "-L", socket] + words, in: scratch.path).wait(seconds: 20).output
    }

    /// Types `line` once the screen has `text`.
    func answer(_ text: String, _ line: String) throws {
        try see(text)
        if !line.isEmpty { try tmux("send-keys", "-l", line) }
        try tmux("send-keys", "Enter")
    }

    func press(_ key: String) throws { try tmux("send-keys", key) }

    /// Waits until the screen has `text`; throws with what is there after half a minute.
    @discardableResult
    func see(_ text: String) throws -> String {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let screen = try tmux("capture-pane", "-p")
            if screen.contains(text) { return screen }
            guard ContinuousClock.now < deadline else { throw HarnessError("no \"\(text)\" on\n\(screen)") }
            usleep(50_000)
        }
    }
}
