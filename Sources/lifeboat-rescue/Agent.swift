import Glibc
import LinuxSystem
import RescueConsole

/// The loop between a console and the session: waits for lines and for results, does what the session says. Everything that
/// may block runs on worker threads.
struct Agent {
    private let options: AgentOptions
    private let mode: TerminalMode
    private let mailbox: Mailbox
    private let worker: RequestWorker
    private var session: RescueSession
    private var reader = LineReader()
    private var inputEnded = false

    init(_ options: AgentOptions) throws {
        self.options = options
        let configuration = RescueConfiguration(
            kernelCommandLine: Files.text(of: options.commandLineFile) ?? "",
            file: Files.text(of: options.configurationFile) ?? "",
            console: Files.environment("LIFEBOAT_CONSOLE"))
        try Files.makeDirectories(options.stateDirectory)
        mailbox = try Mailbox()
        mode = TerminalMode()
        session = RescueSession(configuration)
        worker = RequestWorker(options: options, console: configuration.console, mailbox: mailbox)
        Terminal.log("agent: on \(configuration.console), repository \(configuration.repository ?? "not preset")")
    }

    /// Until the machine goes down or the console is gone; a job that runs is finished first. Returns the exit status.
    mutating func run() -> Int32 {
        defer { mode.restore() }
        if let status = perform(session.handle(.started)) { return status }
        while true {
            if inputEnded, !session.isJobRunning {
                Terminal.log("agent: the console is gone")
                return 1
            }
            // Nobody is left to be asked.
            if inputEnded, session.isAsking, let status = perform(session.handle(.line(""))) { return status }
            wait()
            // Where standard input is no terminal, Ctrl-C is a signal.
            if Interruption.isRequested, !worker.stopsCapture {
                Interruption.clear()
                if let status = perform(session.handle(.interrupt)) { return status }
            }
            for (result, ticket) in mailbox.takeAll() {
                if let status = perform(session.handle(.result(result, ticket: ticket))) { return status }
            }
            for input in readInput() {
                let event: ConsoleEvent =
                    switch input {
                    case .line(let line): .line(line, now: Clocks.utcNanoseconds)
                    case .interrupt: .interrupt
                    }
                if let status = perform(session.handle(event)) { return status }
            }
        }
    }

    /// Until something can be read. A signal ends the wait as well.
    private func wait() {
        var descriptors = [
            pollfd(fd: inputEnded ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: mailbox.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        // A second bounds what a signal between the check and the wait can cost.
        _ = poll(&descriptors, nfds_t(descriptors.count), 1000)
    }

    private mutating func readInput() -> [LineReader.Input] {
        guard !inputEnded else { return [] }
        var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 0) > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return [] }
        guard count > 0 else {
            inputEnded = true
            return []
        }
        return reader.feed(bytes.prefix(count))
    }

    /// Does what the session says; an exit status when the program is to end.
    private mutating func perform(_ actions: [ConsoleAction]) -> Int32? {
        for action in actions {
            switch action {
            case .show(let screen):
                if screen.isSecret {
                    // A line that was typed before the question would answer it.
                    mode.dropInput()
                    reader = LineReader()
                }
                mode.setEcho(!screen.isSecret)
                Terminal.write(screen.rendered, to: .output)
                Terminal.log("screen: \(screen.title)")
            case .say(let lines):
                Terminal.write(lines.map { "\($0)\n" }.joined(), to: .output)
                for line in lines { Terminal.log(line) }
            case .perform(.shell, let ticket):
                Shell.run(mode: mode)
                mailbox.post(.done, ticket: ticket)
            case .perform(let request, let ticket): worker.start(request, ticket: ticket)
            case .stop(let ticket): worker.stop(ticket)
            case .answer(let text, let ticket):
                mode.setEcho(true)
                worker.answer(text, ticket: ticket)
            case .reboot:
                Shell.leave("/sbin/reboot", unmounting: worker.mountPoint)
                return 0
            case .powerOff:
                Shell.leave("/sbin/poweroff", unmounting: worker.mountPoint)
                return 0
            }
        }
        return nil
    }
}

extension Files {
    /// A variable of this program's environment; nil when it is not set or empty.
    static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }
}
