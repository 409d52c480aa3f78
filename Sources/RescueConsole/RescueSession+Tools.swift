// The tools: what helps around a restore.
extension RescueSession {
    mutating func toolsAnswer(_ line: String) -> [ConsoleAction] {
        switch top {
        case .tools(let screen): return take(screen.answer(line)) { $0.chosen($1) }
        case .overview(var screen):
            let answer = screen.answer(line)
            stack[stack.count - 1] = .overview(screen)
            return take(answer) { session, choice in
                switch choice {
                case .leave: session.back()
                case .lookAgain: session.lookAtDisks()
                case .details(let lines): [.say(lines.flatMap(PlainText.wrap))] + session.showTop()
                }
            }
        case .clock(let screen): return take(screen.answer(line)) { $0.chosen($1) }
        case .serverTime(let screen):
            return take(screen.answer(line)) { session, _ in
                session.stack.removeLast()
                return session.perform(.setClock(.forward(screen.ahead)), saying: "Setting the clocks")
            }
        default: return showTop()
        }
    }

    private mutating func chosen(_ choice: ClockScreen.Choice) -> [ConsoleAction] {
        switch choice {
        case .leave: return back()
        case .lookAgain: return perform(.clockStatus)
        case .keyboard(let name): return perform(.setKeyboard(name), saying: "Loading the layout \(name)")
        case .time(let time): return perform(.setClock(.time(time)), saying: "Setting the clocks")
        case .zone(let zone):
            self.zone = zone
            return perform(.clockStatus)
        case .network:
            guard let address = configuration.repository, address.hasPrefix("http") else {
                return complain("No repository server is known: give its address first (Restore this machine).")
            }
            return perform(.askServerTime(address), saying: "Asking \(address) for the time (Ctrl-C stops waiting)")
        }
    }

    mutating func show(_ status: ClockStatus) -> [ConsoleAction] {
        showAnew(
            .clock(
                ClockScreen(
                    status: status, zone: zone, built: configuration.built,
                    isSerial: configuration.console.hasPrefix("ttyS"))))
    }

    /// A server that cannot be reached is often a clock that is wrong.
    func complainAboutClock() -> [ConsoleAction] {
        guard let warning = ClockStatus.warning(now, built: configuration.built, zone: zone) else { return [] }
        return [.say(PlainText.wrap("! \(warning)"))]
    }

    private mutating func chosen(_ choice: ToolsScreen.Choice) -> [ConsoleAction] {
        switch choice {
        case .shell: perform(.shell, saying: "A shell; exit comes back to the tools")
        case .disks: lookAtDisks()
        case .save: listPlaces(for: .save)
        case .clock: perform(.clockStatus, saying: "Reading the clocks")
        case .test: testConnection()
        case .compare: look(for: .job(.comparison))
        }
    }

    private mutating func testConnection() -> [ConsoleAction] {
        guard let address = configuration.repository else {
            return complain("No repository is known: give its address first (Restore this machine).")
        }
        return perform(
            .testConnection(address, host: configuration.host),
            saying: "Testing \(address); nothing is written (Ctrl-C stops)")
    }

    private mutating func lookAtDisks() -> [ConsoleAction] {
        perform(.diskOverview, saying: "Looking at the disks of this machine")
    }

    mutating func show(_ disks: [DiskOverview]) -> [ConsoleAction] {
        showAnew(.overview(OverviewScreen(disks: disks)))
    }

    mutating func save(to place: RepositoryPlace) -> [ConsoleAction] {
        perform(
            .save(place, host: jobHost ?? configuration.host),
            saying: "Copying logs and reports to \(place.description)")
    }

    /// Back to where it was asked for.
    mutating func saved(_ lines: [String]) -> [ConsoleAction] {
        if case .place = top { stack.removeLast() }
        return [.say(lines.flatMap(PlainText.wrap))] + showTop()
    }
}
