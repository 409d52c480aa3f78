import Glibc
import LinuxSystem
import RescueConsole

/// The loop between a console and the session: waits for lines and for results, does what the session says. Everything that
/// may block runs on worker threads.
struct Agent {
    private let options: AgentOptions
    private let console: AgentConsole
    private let mailbox: Mailbox
    private let worker: RequestWorker
    private let sharing: Sharing
    /// While this console shows another one.
    private var attachment: Attachment?
    private var session: RescueSession
    private var unattended: UnattendedRun?
    private var saidThatTerminalIsGone = false
    private var startUp = StartUp(nil)

    init(_ options: AgentOptions) throws {
        self.options = options
        var configuration = options.configuration
        configuration.isRemoteAccessOn = RemoteAccessService(options).isOn
        try Files.makeDirectories(options.stateDirectory)
        mailbox = try Mailbox()
        console = AgentConsole(configuration)
        session = RescueSession(configuration)
        worker = RequestWorker(options: options, console: configuration.console, mailbox: mailbox)
        sharing = Sharing(worker)
        try worker.useAccess(token: configuration.token, fingerprint: configuration.fingerprint)
        drive(configuration)
        Terminal.log(
            "agent: on \(configuration.console), \(console.words), repository \(configuration.repository ?? "not preset")"
        )
    }

    /// Until the machine goes down or the console is gone; a job that runs is finished first. Returns the exit status.
    mutating func run() -> Int32 {
        defer { console.close() }
        startUp = StartUp(Files.text(of: options.startingFile))
        if let status = perform(session.handle(.started(startUp))) { return status }
        // The boot phases wait for it, a moment.
        do { try Files.write([], to: options.shownFile) } catch { Terminal.log("agent: \(error)") }
        while true {
            if console.hasEnded, session.isShared, !saidThatTerminalIsGone {
                saidThatTerminalIsGone = true
                Terminal.log("agent: the terminal is gone; the work goes on, and other consoles can attach")
            }
            // Who is attached sees the end of the job.
            if console.hasEnded, !session.isJobRunning, !(session.isShared && sharing.hasGuests) {
                Terminal.log("agent: the console is gone")
                return 1
            }
            // Nobody is left to be asked, and nobody can come.
            if console.hasEnded, session.isAsking, !sharing.isOpen, let status = perform(session.handle(.line(""))) {
                return status
            }
            wait()
            if let status = lookAtUnattended() { return status }
            if let status = lookAtStart() { return status }
            // Where standard input is no terminal, Ctrl-C is a signal.
            if Interruption.isRequested, !worker.stopsCapture {
                Interruption.clear()
                if let status = take(.interrupt) { return status }
            }
            for (result, ticket) in mailbox.takeAll() {
                if let status = perform(session.handle(.result(result, ticket: ticket))) { return status }
            }
            for input in console.input() {
                if let status = take(input) { return status }
            }
            for (message, guest) in sharing.hear() {
                guard let input = sharing.accept(message, from: guest) else { continue }
                if case .line(let line) = input, sharing.echoes {
                    console.echo(line)
                    sharing.echo(line, except: guest)
                }
                if let status = handle(input) { return status }
            }
            follow()
            if let status = answerUnattended() { return status }
        }
    }

    /// Begins to answer from the answer file, if there is one and this console is to.
    private mutating func drive(_ configuration: RescueConfiguration) {
        guard options.isUnattended, let location = configuration.answers else { return }
        unattended = UnattendedRun(location, configuration, worker, directory: options.stateDirectory)
    }

    /// How far the machine's start is.
    private mutating func lookAtStart() -> Int32? {
        guard !startUp.isOver else { return nil }
        let loadedDrivers = startUp.loadsDrivers
        startUp = StartUp(Files.text(of: options.startingFile))
        if startUp.isOver { session.see(isRemoteAccessOn: RemoteAccessService(options).isOn) }
        if loadedDrivers, !startUp.loadsDrivers {
            let configuration = options.configuration
            // One that was there before is under way already.
            if let location = configuration.answers, session.takeAnswers(from: location), unattended == nil {
                drive(configuration)
            }
        }
        return perform(session.handle(.startUp(startUp)))
    }

    /// Whether what an answer file drives, here or on another console, has ended.
    private mutating func lookAtUnattended() -> Int32? {
        guard session.awaitsUnattended, UnattendedRun.hasEnded(options.stateDirectory) else { return nil }
        return perform(session.unattendedEnded())
    }

    /// What was typed here: for this session, or for the one that it is attached to.
    private mutating func take(_ input: ConsoleInput) -> Int32? {
        guard let attachment else {
            if case .line(let line) = input, session.isShared { sharing.echo(line) }
            return handle(input)
        }
        if attachment.isSecret { console.secretWasTyped() }
        if let why = attachment.type(input) { detach(why) }
        return nil
    }

    private mutating func handle(_ input: ConsoleInput) -> Int32? {
        // During a job Ctrl-C asks whether to stop; that is no reason to leave the rest undone.
        if !session.isJobRunning { takeOver() }
        switch input {
        case .line(let line): return perform(session.handle(.line(line, now: Clocks.utcNanoseconds)))
        case .interrupt: return perform(session.handle(.interrupt))
        case .leave: return nil
        }
    }

    private mutating func attach(ticket: Int) {
        do {
            attachment = try Attachment(options.stateDirectory, ticket: ticket)
            console.isAttached = true
        } catch {
            let why = "Nothing can be attached to: what works is another program, or has just ended (\(error))."
            mailbox.post(.failed(why), ticket: ticket)
        }
    }

    /// Shows what the other console shows.
    private mutating func follow() {
        guard let attachment else { return }
        let (shown, end) = attachment.read()
        for shown in shown {
            switch shown {
            case .screen(let screen): console.show(screen)
            case .lines(let lines): console.say(lines)
            case .progress(let board, let lines): console.progress(board: board, lines: lines)
            }
        }
        if let end { detach(end) }
    }

    private mutating func detach(_ why: String) {
        guard let ended = attachment else { return }
        attachment = nil
        console.isAttached = false
        mailbox.post(.detached(why), ticket: ended.ticket)
    }

    /// Answers what an answer file answers, until something has to be waited for.
    private mutating func answerUnattended() -> Int32? {
        while let step = unattended?.step(session) {
            switch step {
            case .wait, .idle: return nil
            case .type(let line):
                console.echo(line)
                if let status = perform(session.handle(.line(line, now: Clocks.utcNanoseconds))) { return status }
            case .ended(let result): say(result)
            }
        }
        return nil
    }

    private mutating func takeOver() {
        if let result = unattended?.takenOver() { say(result) }
    }

    private func say(_ result: UnattendedResult) {
        let line = UnattendedRun.line(of: result)
        console.say([line])
        Terminal.log(line)
    }

    /// Until something can be read. A signal ends the wait as well.
    private func wait() {
        var descriptors = [
            pollfd(fd: console.hasEnded ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: mailbox.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        descriptors += sharing.descriptors
        if let attachment { descriptors.append(attachment.descriptor) }
        // A second bounds what a signal between the check and the wait can cost.
        _ = poll(&descriptors, nfds_t(descriptors.count), startUp.isOver ? 1000 : 250)
    }

    /// Does what the session says; an exit status when the program is to end.
    private mutating func perform(_ actions: [ConsoleAction]) -> Int32? {
        if !session.isShared { sharing.end() }
        var said: [String] = []
        for (place, action) in actions.enumerated() {
            switch action {
            case .show(let screen):
                console.show(screen, saying: said)
                said = []
                sharing.show(screen)
                Terminal.log("screen: \(screen.title)")
            case .say(let lines):
                // What is said of the screen that comes next.
                if place + 1 < actions.count, case .show = actions[place + 1] {
                    said = lines
                } else {
                    console.say(lines)
                }
                sharing.say(lines)
                unattended?.hear(lines)
                for line in lines { Terminal.log(line) }
            case .progress(let board, let lines):
                console.progress(board: board, lines: lines)
                sharing.progress(board: board, lines: lines)
                unattended?.hear(lines)
                for line in lines { Terminal.log(line) }
            case .perform(.shell, let ticket):
                console.lend { Shell.run() }
                mailbox.post(.done, ticket: ticket)
            case .perform(.attach, let ticket): attach(ticket: ticket)
            case .perform(let request, let ticket): worker.start(request, ticket: ticket)
            case .stop(let ticket): worker.stop(ticket)
            case .answer(let text, let ticket):
                console.secretWasTyped()
                worker.answer(text, ticket: ticket)
            case .reboot:
                console.close()
                Shell.leave("/sbin/reboot", unmounting: worker.mountPoint)
                return 0
            case .powerOff:
                console.close()
                Shell.leave("/sbin/poweroff", unmounting: worker.mountPoint)
                return 0
            case .startKernel:
                console.close()
                Shell.startKernel(unmounting: worker.mountPoint)
                return 0
            case .logOut:
                console.close()
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
