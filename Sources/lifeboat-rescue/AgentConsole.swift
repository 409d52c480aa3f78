import Glibc
import RescueConsole
import TerminalScreen

/// The console of the agent: drawn in full where its terminal can be, else lines that are never overwritten. Both show the same
/// screens and give the same answers. One thread.
final class AgentConsole {
    private enum Face {
        case lines(TerminalMode, LineReader)
        case full(TerminalScreen, FullScreen)
    }

    private var face: Face
    private(set) var hasEnded = false
    private var isSecret = false
    /// Whether it shows what another console does.
    var isAttached = false {
        didSet {
            guard case .full(let terminal, var full) = face else { return }
            full.isAttached = isAttached
            face = .full(terminal, full)
        }
    }

    init(_ configuration: RescueConfiguration) {
        let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        if isTerminal, configuration.drawsInFull, let screen = TerminalScreen() {
            face = .full(screen, FullScreen(size: screen.size, name: configuration.console))
        } else {
            face = .lines(TerminalMode(), LineReader())
        }
    }

    var words: String { if case .full = face { "drawn in full" } else { "in lines" } }

    /// - Parameter saying: what is said of it; where nothing is drawn anew it stands above the prompt, or it would scroll away.
    func show(_ screen: ScreenText, saying lines: [String] = []) {
        if case .full = face { say(lines) }
        guard !hasEnded else { return }
        isSecret = screen.isSecret
        switch face {
        case .lines(let mode, _):
            if screen.isSecret {
                // A line that was typed before the question would answer it.
                mode.dropInput()
                face = .lines(mode, LineReader())
            }
            mode.setEcho(!screen.isSecret)
            Terminal.write(screen.rendered(saying: lines), to: .output)
        case .full(let terminal, var full):
            full.show(screen)
            face = .full(terminal, full)
            terminal.draw(full.frame)
        }
    }

    func say(_ lines: [String]) {
        guard !hasEnded else { return }
        switch face {
        case .lines: Terminal.write(lines.map { "\($0)\n" }.joined(), to: .output)
        case .full(let terminal, var full):
            full.say(lines)
            face = .full(terminal, full)
            terminal.draw(full.frame)
        }
    }

    /// How far a job is: as a picture, or as lines.
    func progress(board: [String], lines: [String]) {
        guard !hasEnded else { return }
        switch face {
        case .lines: if !lines.isEmpty { say(lines) }
        case .full(let terminal, var full):
            full.show(board: board)
            full.say(lines.filter { $0.hasPrefix("! ") })
            face = .full(terminal, full)
            terminal.draw(full.frame)
        }
    }

    /// Shows an answer that nobody typed, as if it had been.
    func echo(_ line: String) {
        let shown = isSecret ? "" : line
        if case .lines = face { Terminal.write("\(shown)\n", to: .output) } else { say(["> \(shown)"]) }
    }

    /// What was typed is on its way: it may be seen again.
    func secretWasTyped() { if case .lines(let mode, _) = face { mode.setEcho(true) } }

    /// What was typed since the last call; does not wait.
    func input() -> [ConsoleInput] {
        guard !hasEnded else { return [] }
        switch face {
        case .lines(let mode, var reader):
            guard isReadable else { return [] }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            if count < 0, errno == EINTR || errno == EAGAIN { return [] }
            guard count > 0 else {
                hasEnded = true
                return []
            }
            let inputs = reader.feed(bytes.prefix(count))
            face = .lines(mode, reader)
            return inputs
        case .full(let terminal, var full):
            // Also where nothing can be read: another size is told by a signal.
            let keys = terminal.keys()
            // A terminal that went away is readable for ever and gives nothing.
            if keys.isEmpty, isReadable { hasEnded = terminal.keys().isEmpty && isReadable }
            var inputs: [ConsoleInput] = []
            for key in keys {
                if key == .resized { full.resize(to: terminal.size) }
                if let input = full.take(key) { inputs.append(input) }
            }
            face = .full(terminal, full)
            guard !keys.isEmpty else { return [] }
            if keys.contains(.redraw) { terminal.redraw(full.frame) } else { terminal.draw(full.frame) }
            return inputs
        }
    }

    private var isReadable: Bool {
        var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) > 0
    }

    /// Gives the terminal to another program.
    func lend(to body: () -> Void) {
        switch face {
        case .lines(let mode, _):
            mode.restore()
            body()
            mode.apply()
            mode.dropInput()
        case .full(let terminal, let full):
            terminal.suspend()
            body()
            _ = tcflush(STDIN_FILENO, TCIFLUSH)
            terminal.redraw(full.frame)
        }
    }

    /// As it was found; nothing is shown any more.
    func close() {
        switch face {
        case .lines(let mode, _): mode.restore()
        case .full(let terminal, _): terminal.suspend()
        }
    }
}
