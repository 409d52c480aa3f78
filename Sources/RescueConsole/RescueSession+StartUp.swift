// The first screen comes before the drivers: what they bring is filled in.
extension RescueSession {
    mutating func begun(_ startUp: StartUp) -> [ConsoleAction] {
        put(startUp)
        // Disks tell of interrupted restores; without drivers there are none.
        return showTop() + (startUp.loadsDrivers ? [] : [lookForInterrupted])
    }

    mutating func startedFurther(_ startUp: StartUp) -> [ConsoleAction] {
        guard case .mainMenu(let before) = stack[0], before.startUp != startUp else { return [] }
        put(startUp)
        let look = before.startUp.loadsDrivers && !startUp.loadsDrivers ? [lookForInterrupted] : []
        // Where something is asked or under way the main menu comes up later, and is right then.
        // On a serial line nothing is drawn anew: what is between start and end is not said there.
        let shows = stack.count == 1 && pending == nil && (configuration.drawsInFull || startUp.isOver)
        return (shows ? showTop() : []) + look
    }

    /// A rescue stick brought an answer file, after the menu was there.
    package mutating func takeAnswers(from location: String) {
        configuration.answers = location
        guard case .mainMenu(var screen) = stack[0] else { return }
        screen.hasAnswers = true
        stack[0] = .mainMenu(screen)
    }

    /// SSH is switched on behind the menu, where it is asked for.
    package mutating func see(isRemoteAccessOn isOn: Bool) {
        guard case .mainMenu(var screen) = stack[0] else { return }
        screen.isRemoteAccessOn = isOn
        stack[0] = .mainMenu(screen)
    }

    private mutating func put(_ startUp: StartUp) {
        guard case .mainMenu(var screen) = stack[0] else { return }
        screen.startUp = startUp
        stack[0] = .mainMenu(screen)
    }
}
