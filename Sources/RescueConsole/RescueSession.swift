internal import Repository

/// The menu of the rescue image as a value: events go in, actions come out. It knows no terminal, no disk and no clock
/// (docs/rescue-menu.md is what it says).
///
/// Screens lie on a stack: going on pushes one, `back` takes it off. At most one request is under way; while one is, typed
/// lines are dropped, so that nothing typed ahead ever confirms anything.
package struct RescueSession: Sendable {
    /// What was asked of the program and has not ended yet.
    struct Pending: Sendable {
        let ticket: Int
        let request: ConsoleRequest
    }

    var configuration: RescueConfiguration
    var stack: [Screen]
    var pending: Pending?
    var progress: ProgressLines
    /// The hosts of the repository that a capture goes to.
    var captureHosts: [String] = []
    /// How times are shown, and read where they name no zone.
    var zone = UTCOffset.utc
    /// The job that runs, or nil.
    var job: Job?
    /// Whether repository, host, moment and disks are chosen to be compared, not to be restored.
    var compares = false
    /// What the clock said when a line was typed last.
    var now: Int64 = 0
    /// The host of the last job.
    var jobHost: String?
    /// The interrupted restore that is being continued, until its moment is found.
    var continuation: InterruptedRestore?
    /// What the machine was started with.
    let presetRepository: String?
    private var lastTicket = 0

    /// Of requests that nobody waits for: what is typed meanwhile counts.
    private static let backgroundTicket = 0

    /// The main menu shows what comes of it.
    var lookForInterrupted: ConsoleAction { .perform(.lookForInterrupted, ticket: Self.backgroundTicket) }

    package init(_ configuration: RescueConfiguration) {
        self.configuration = configuration
        presetRepository = configuration.repository
        progress = ProgressLines(intervalInSeconds: configuration.progressIntervalInSeconds)
        stack = [.mainMenu(MainMenuScreen(configuration))]
    }

    /// The title of the screen on top.
    package var title: String { top.text.title }

    /// Whether disks are being written or read right now: then the program must not end.
    package var isJobRunning: Bool { job != nil }

    /// Whether other consoles may attach: while a job runs, and while its report is shown.
    package var isShared: Bool {
        isJobRunning || stack.contains { if case .report = $0 { true } else { false } }
    }

    /// Whether something was asked of the program and has not ended.
    package var isWaiting: Bool { pending != nil }

    /// Whether the job waits for an answer.
    package var isAsking: Bool { if case .passphrase = top { true } else { false } }

    package mutating func handle(_ event: ConsoleEvent) -> [ConsoleAction] {
        switch event {
        case .started(let startUp): return begun(startUp)
        case .startUp(let startUp): return startedFurther(startUp)
        case .line(let line, let now):
            self.now = now
            // Nothing that is typed ahead may answer a question that was not yet on the screen.
            guard pending == nil || job != nil else { return [] }
            if case .passphrase = top { return answer(line, now: now) }
            return typed(trimmed(line), now: now)
        case .interrupt: return interrupted()
        case .result(let result, let ticket):
            if ticket == Self.backgroundTicket, case .interruptedFound(let interrupted) = result {
                return found(interrupted)
            }
            guard let pending, pending.ticket == ticket else { return [] }
            return handle(result, of: pending.request)
        }
    }

    private mutating func typed(_ line: String, now: Int64) -> [ConsoleAction] {
        if job == nil {
            switch line.lowercased() {
            case "back": return back()
            case "menu": return menu()
            case "help", "?":
                if let actions = help() { return actions }
            default: break
            }
        }
        return answer(line, now: now)
    }

    /// Ctrl-C: while a job runs it asks; while something is waited for it leaves that; else it draws the screen anew.
    private mutating func interrupted() -> [ConsoleAction] {
        if let job {
            if case .running = top { stack.append(.stop(StopScreen(job: job))) }
            return showTop()
        }
        guard let pending else { return showTop() }
        self.pending = nil
        return [.stop(ticket: pending.ticket)] + complain("Not waited for any longer.")
    }

    private func trimmed(_ line: String) -> String {
        var text = Substring(line)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

// What every screen uses.
extension RescueSession {
    // The main menu is never taken off.
    var top: Screen { stack[stack.count - 1] }

    func showTop() -> [ConsoleAction] { [.show(top.text)] }

    /// Says why, then the same screen again.
    func complain(_ why: String) -> [ConsoleAction] { [.say(PlainText.wrap("! \(why)"))] + showTop() }

    mutating func push(_ screen: Screen) -> [ConsoleAction] {
        stack.append(screen)
        return showTop()
    }

    mutating func replaceTop(_ screen: Screen) -> [ConsoleAction] {
        stack[stack.count - 1] = screen
        return showTop()
    }

    /// Where the same screen is there already, with what it shows now; else on top.
    mutating func showAnew(_ screen: Screen) -> [ConsoleAction] {
        top.text.title == screen.text.title ? replaceTop(screen) : push(screen)
    }

    mutating func back() -> [ConsoleAction] {
        if stack.count > 1 { stack.removeLast() }
        if stack.count == 1 { continuation = nil }
        return showTop()
    }

    mutating func menu() -> [ConsoleAction] {
        stack.removeSubrange(1...)
        continuation = nil
        return showTop()
    }

    /// Takes screens off until one fits; the main menu if none does.
    mutating func unwind(to fits: (Screen) -> Bool) {
        while stack.count > 1, !fits(top) { stack.removeLast() }
    }

    /// Asks the program for something; `words` say what is being waited for.
    mutating func perform(_ request: ConsoleRequest, saying words: String? = nil) -> [ConsoleAction] {
        lastTicket += 1
        pending = Pending(ticket: lastTicket, request: request)
        let said = words.map { [ConsoleAction.say(PlainText.wrap("... \($0)"))] } ?? []
        return said + [.perform(request, ticket: lastTicket)]
    }
}
