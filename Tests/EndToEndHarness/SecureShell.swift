import Foundation

/// A person who logs in over SSH: OpenSSH's client on a terminal of 80 by 24, which tmux emulates. The login ends with its owner.
package final class SecureShell {
    private let directory: TemporaryDirectory
    /// In the foreground: what a daemon inherits keeps who waits for its parent waiting.
    private let terminal: BackgroundProcess

    /// Starts `ssh root@127.0.0.1`. When it has ended the terminal says `ENDED` and its status.
    package init(port: UInt16, knownHosts: String) throws {
        directory = try TemporaryDirectory()
        let socket = directory.file("tmux")
        terminal = try BackgroundProcess(
            ["env", "LC_ALL=C.UTF-8", "tmux", "-S", socket, "-f", "/dev/null", "-D"], output: directory.file("output"))
        let deadline = Date(timeIntervalSinceNow: 20)
        while !FileManager.default.fileExists(atPath: socket), Date() < deadline { usleep(20_000) }
        let ssh = "ssh -F none -o UserKnownHostsFile='\(knownHosts)' -p \(port) root@127.0.0.1"
        try tmux(
            "new-session", "-d", "-x", "80", "-y", "24", "sh", "-c",
            "TERM=xterm-256color \(ssh); echo ENDED $?; exec sleep 600")
    }

    deinit { close() }

    /// The connection goes, with the terminal.
    package func close() {
        // One that has gone already says so.
        _ = try? tmux("kill-server")
        terminal.stop()
    }

    @discardableResult
    private func tmux(_ words: String...) throws -> String {
        try Command(["env", "LC_ALL=C.UTF-8", "tmux", "-S", directory.file("tmux")] + words).run()
    }

    /// Waits until the terminal shows `text`; returns all that it shows then.
    @discardableResult
    package func see(_ text: String, within seconds: Double = 120) throws -> String {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while true {
            let screen = try tmux("capture-pane", "-p")
            if screen.contains(text) { return screen }
            guard Date() < deadline else { throw HarnessError("SSH does not show \"\(text)\", but:\n\(screen)") }
            usleep(200_000)
        }
    }

    /// Types `line` once the terminal shows `text`.
    package func answer(_ text: String, _ line: String) throws {
        try see(text)
        if !line.isEmpty { try tmux("send-keys", "-l", line) }
        try tmux("send-keys", "Enter")
    }

    /// A key by tmux's name for it.
    package func press(_ key: String) throws { try tmux("send-keys", key) }

    /// What greets at a port of this machine within five seconds: "SSH-2.0-…", or nothing where nobody listens.
    package static func greeting(port: UInt16) throws -> String {
        let script = "exec 3<>/dev/tcp/127.0.0.1/\(port) && read -r -t 5 line <&3; echo \"$line\""
        return try Command("bash", "-c", script).result().output
    }
}
