internal import Inventory

// What a typed line does on each screen.
extension RescueSession {
    mutating func answer(_ line: String, now: Int64) -> [ConsoleAction] {
        switch top {
        case .mainMenu(let screen): return take(screen.answer(line)) { $0.chosen($1) }
        case .power(let screen):
            guard screen.answer(line) else { return back() }
            return look(for: .power(screen.power, confirmed: true))
        case .busy(let screen):
            return busyAnswered(line, on: screen)
        case .repository(let screen): return take(screen.answer(line)) { $0.chosen($1) }
        case .access(let screen): return accessTyped(line, on: screen)
        case .hosts(var screen):
            let answer = screen.answer(line)
            stack[stack.count - 1] = .hosts(screen)
            return take(answer) { $0.chosen($1) }
        case .moments(var screen):
            let answer = screen.answer(line, now: now)
            stack[stack.count - 1] = .moments(screen)
            return take(answer) { $0.chosen($1, of: screen.host, now: now) }
        case .disks(var screen):
            let answer = screen.answer(line)
            stack[stack.count - 1] = .disks(screen)
            return take(answer) { [screen] in $0.chosen($1, on: screen) }
        case .plan(let screen):
            return take(screen.answer(line)) { $0.chosen($1) }
        case .confirm(let screen): return confirmationTyped(line, on: screen)
        case .stop(let screen): return stopAnswered(screen.answer(line))
        case .running: return []
        case .passphrase: return passphraseTyped(line)
        case .report(let screen): return take(screen.answer(line)) { $0.chosen($1) }
        case .network(let screen):
            return take(screen.answer(line)) { $0.chosen($1) }
        case .tools, .overview, .clock, .serverTime: return toolsAnswer(line)
        case .remoteAccess(let screen): return take(screen.answer(line)) { $0.chosen($1) }
        case .place, .makeRepository, .captureDisks, .name, .captureReady: return captureAnswer(line)
        }
    }

    /// Goes on with a fitting answer, or says what is wrong with it.
    mutating func take<Value>(
        _ answer: Answer<Value>, _ goOn: (inout RescueSession, Value) -> [ConsoleAction]
    ) -> [ConsoleAction] {
        switch answer {
        case .take(let value): goOn(&self, value)
        case .again: showTop()
        case .complaint(let why): complain(why)
        }
    }

    /// First whether the other console works: two must not write, and neither may switch the machine off.
    mutating func look(for goal: Goal) -> [ConsoleAction] { perform(.lookForOtherConsole(goal)) }

    private mutating func busyAnswered(_ line: String, on screen: BusyScreen) -> [ConsoleAction] {
        guard ["", "r"].contains(line.lowercased()) else { return complain("Type r, back, menu, or Enter alone.") }
        stack[stack.count - 1] = .busy(BusyScreen(goal: screen.goal, lines: screen.lines, attaches: line.isEmpty))
        return look(for: screen.goal)
    }

    private mutating func chosen(_ choice: MainMenuScreen.Choice) -> [ConsoleAction] {
        switch choice {
        case .goal(let goal): look(for: goal)
        case .continuation: continueInterrupted()
        case .network: perform(.networkStatus, saying: "Reading the interfaces")
        case .tools: push(.tools(ToolsScreen()))
        case .remoteAccess: perform(.remoteAccess(.look))
        case .logOut: [.logOut]
        }
    }

    private mutating func continueInterrupted() -> [ConsoleAction] {
        if case .mainMenu(let screen) = top { continuation = screen.interrupted }
        return look(for: .job(.restore))
    }

    private mutating func chosen(_ choice: NetworkScreen.Choice) -> [ConsoleAction] {
        switch choice {
        case .leave: menu()
        case .lookAgain: perform(.networkStatus)
        case .set(let line): perform(.setNetwork(line), saying: "Setting the network")
        }
    }

    private mutating func chosen(_ choice: RepositoryScreen.Choice) -> [ConsoleAction] {
        switch choice {
        case .address(let address): open(address)
        case .disk: perform(.listPlaces, saying: "Looking for file systems")
        case .access(let kind): push(.access(AccessScreen(kind: kind)))
        }
    }

    mutating func open(_ address: String) -> [ConsoleAction] {
        configuration.repository = address
        if case .repository = top { stack[stack.count - 1] = .repository(RepositoryScreen(configuration)) }
        return perform(
            .openRepository(address), saying: "Opening the repository \(address) (Ctrl-C goes back)")
    }

    mutating func chosen(_ host: HostChoice) -> [ConsoleAction] {
        perform(
            .loadTimeline(repository: configuration.repository ?? "", host: host.name),
            saying: "Reading the timeline of \(host.name)")
    }

    private mutating func chosen(_ choice: MomentScreen.Choice, of host: String, now: Int64) -> [ConsoleAction] {
        let repository = configuration.repository ?? ""
        switch choice {
        case .listed(let moment):
            return listDisks(RestoreSelection(repository: repository, host: host, moment: moment))
        case .time(let time):
            return perform(
                .findMoment(repository: repository, host: host, time: time, now: now),
                saying: "Looking for the state at that time")
        }
    }

    mutating func listDisks(_ selection: RestoreSelection) -> [ConsoleAction] {
        perform(.listDisks(selection), saying: "Looking at the disks of this machine and of the moment")
    }

    private mutating func chosen(_ choice: DiskScreen.Choice, on screen: DiskScreen) -> [ConsoleAction] {
        switch choice {
        case .lookAgain: return listDisks(screen.selection)
        case .details(let lines): return [.say(lines.flatMap(PlainText.wrap))] + showTop()
        case .mapping(let mapping, let wishes):
            var selection = screen.selection
            selection.mapping = mapping
            (selection.fits, selection.combines, selection.splits) = (wishes.fits, wishes.combines, wishes.splits)
            if compares {
                return start(.comparison, .compare(selection), about: lines(of: selection, "and"))
            }
            return perform(
                .preparePlan(selection),
                saying: "Checking disks and repository; nothing is written (Ctrl-C goes back)")
        }
    }

    private mutating func chosen(_ choice: PlanScreen.Choice) -> [ConsoleAction] {
        switch choice {
        case .restore(let selection): return confirm(selection)
        case .keep:
            _ = menu()
            return look(for: .job(.capture))
        }
    }

    private mutating func confirm(_ selection: RestoreSelection) -> [ConsoleAction] {
        push(.confirm(ConfirmScreen(selection: selection, present: present ?? selection.mapping.map(\.target))))
    }

    private mutating func confirmationTyped(_ line: String, on screen: ConfirmScreen) -> [ConsoleAction] {
        var screen = screen
        let outcome = screen.answer(line)
        stack[stack.count - 1] = .confirm(screen)
        switch outcome {
        case .confirmed(let confirmations):
            return start(
                .restore, .restore(screen.selection, confirmations: confirmations), about: lines(of: screen.selection))
        case .nextTarget: return showTop()
        case .complaint(let why): return complain(why)
        case .leave(let why):
            stack.removeLast()
            return why.map(complain) ?? showTop()
        }
    }

    /// The disks of this machine, as they were shown last.
    var present: [PresentDisk]? {
        stack.compactMap { screen -> DiskScreen? in
            if case .disks(let disks) = screen { disks } else { nil }
        }.last?.targets
    }

    private func lines(of selection: RestoreSelection, _ word: String = "to") -> [String] {
        ["\(selection.host) as of \(selection.moment.text)"]
            + selection.mapping.map { "  disk \($0.source) \(word) \($0.target.target.description)" }
    }

    /// Puts the running screen up and starts the job.
    mutating func start(_ job: Job, _ request: ConsoleRequest, about lines: [String]) -> [ConsoleAction] {
        self.job = job
        switch request {
        case .restore(let selection, _): jobHost = selection.host
        case .capture(let selection): jobHost = selection.host
        case .compare(let selection): jobHost = selection.host
        default: break
        }
        progress = ProgressLines(intervalInSeconds: configuration.progressIntervalInSeconds)
        return push(.running(RunningScreen(job: job, lines: lines))) + perform(request)
    }

    private mutating func stopAnswered(_ shallStop: Bool) -> [ConsoleAction] {
        stack.removeLast()
        guard shallStop, let pending else { return showTop() + [.say(["The \(job?.name ?? "work") goes on."])] }
        return showTop() + [.say(["... Stopping at the next safe point"]), .stop(ticket: pending.ticket)]
    }

    /// The line as it was typed: blanks belong to a passphrase.
    private mutating func passphraseTyped(_ line: String) -> [ConsoleAction] {
        guard let pending else { return [] }
        stack.removeLast()
        let words = line.isEmpty ? "The container stays locked" : "Opening the container; this takes some seconds"
        return showTop() + [.say(["... \(words)"]), .answer(line.isEmpty ? nil : line, ticket: pending.ticket)]
    }

    private mutating func chosen(_ choice: ReportScreen.Choice) -> [ConsoleAction] {
        switch choice {
        case .menu: menu()
        case .reboot: look(for: .power(.reboot, confirmed: true))
        case .powerOff: look(for: .power(.off, confirmed: true))
        case .start: look(for: .power(.start, confirmed: true))
        case .save: listPlaces(for: .save)
        }
    }
}
