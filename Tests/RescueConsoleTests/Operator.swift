import Inventory
import RescueConsole
import Testing

/// Types at a session and answers its requests, as program and operator do; keeps everything that was said.
struct Operator {
    private(set) var session: RescueSession
    private(set) var actions: [ConsoleAction] = []
    private(set) var transcript = ""
    private var ticket = 0

    init(
        _ configuration: RescueConfiguration = RescueConfiguration(repository: Samples.address, console: "ttyS0")
    ) {
        session = RescueSession(configuration)
        take(session.handle(.started()))
    }

    var title: String { session.title }
    /// The last screen that was shown.
    var screen: ScreenText? {
        actions.compactMap { if case .show(let screen) = $0 { screen } else { nil } }.last
    }
    /// What was said beside screens.
    var said: [String] {
        actions.flatMap { action -> [String] in
            switch action {
            case .say(let lines), .progress(_, let lines): lines
            default: []
            }
        }
    }
    /// The last picture of progress.
    var board: [String]? {
        actions.compactMap { if case .progress(let board, _) = $0 { board } else { nil } }.last
    }
    var complaint: String? { said.first { $0.hasPrefix("! ") } }
    /// What the program was asked for.
    var request: ConsoleRequest? {
        actions.compactMap {
            if case .perform(let request, _) = $0, request != .lookForInterrupted { request } else { nil }
        }
        .last
    }

    mutating func type(_ line: String) {
        // A secret is not shown.
        transcript += (session.isAsking ? "" : line) + "\n"
        take(session.handle(.line(line, now: Samples.now)))
    }

    /// The program's answer to the last request.
    mutating func bring(_ result: ConsoleResult) { take(session.handle(.result(result, ticket: ticket))) }
    mutating func bring(_ result: ConsoleResult, ticket: Int) { take(session.handle(.result(result, ticket: ticket))) }
    mutating func pressControlC() { take(session.handle(.interrupt)) }

    private mutating func take(_ actions: [ConsoleAction]) {
        self.actions = actions
        for action in actions {
            switch action {
            case .show(let screen): transcript += screen.rendered
            case .say(let lines), .progress(_, let lines): transcript += lines.map { "\($0)\n" }.joined()
            // Nobody waits for it.
            case .perform(.lookForInterrupted, _): break
            case .perform(_, let number): ticket = number
            case .answer: break
            case .stop, .reboot, .powerOff, .startKernel, .logOut: transcript += "[\(action)]\n"
            }
        }
    }
}

extension Operator {
    /// At the host list.
    static func atHosts(_ hosts: [HostChoice] = [Samples.web01]) -> Operator {
        var person = Operator()
        person.type("1")
        person.bring(.free)
        person.type("")
        person.bring(.repositoryOpened(hosts))
        return person
    }

    static func atMoments(_ moments: [MomentChoice] = Samples.moments(3)) -> Operator {
        var person = atHosts()
        person.type("1")
        person.bring(.timelineLoaded(moments))
        return person
    }

    static func atDisks(sources: Int = 1, targets: [PresentDisk]) -> Operator {
        var person = atMoments()
        person.type("latest")
        person.bring(.disksListed(sources: (0..<sources).map { Samples.source($0) }, targets: targets))
        return person
    }

    static func atPlan(sources: Int = 1, targets: [PresentDisk]) -> Operator {
        var person = atDisks(sources: sources, targets: targets)
        person.type("")
        person.bring(.planReady(["Restore of web01"]))
        return person
    }

    static func atConfirmation(sources: Int = 1, targets: [PresentDisk] = [Samples.target]) -> Operator {
        var person = atPlan(sources: sources, targets: targets)
        person.type("yes")
        return person
    }

    static func restoring() -> Operator {
        var person = atConfirmation()
        person.type("123456")
        return person
    }

    /// In a restore that came to a locked container.
    static func asked(_ question: PassphraseQuestion = Samples.question) -> Operator {
        var person = restoring()
        person.bring(.passphraseWanted(question))
        return person
    }

    /// At the disks of a comparison.
    static func comparing(targets: [PresentDisk]) -> Operator {
        var person = atTools()
        person.type("6")
        person.bring(.free)
        person.type("")
        person.bring(.repositoryOpened([Samples.web01]))
        person.type("1")
        person.bring(.timelineLoaded(Samples.moments(3)))
        person.type("latest")
        person.bring(.disksListed(sources: [Samples.source(0)], targets: targets))
        return person
    }

    static func atTools() -> Operator {
        var person = Operator()
        person.type("4")
        return person
    }

    /// `configuration` as a serial console has it.
    static func atClock(
        _ status: ClockStatus = Samples.clock,
        _ configuration: RescueConfiguration = RescueConfiguration(repository: Samples.address, console: "ttyS0")
    ) -> Operator {
        var person = Operator(configuration)
        person.type("4")
        person.type("4")
        person.bring(.clock(status))
        return person
    }
}
