// The first screen comes before the drivers: what they bring is filled in.
extension RescueSession {
    mutating func begun(_ startUp: StartUp) -> [ConsoleAction] {
        changeMainMenu { $0.startUp = startUp }
        // Disks tell of interrupted restores; without drivers there are none.
        return showTop() + (startUp.loadsDrivers ? [] : [lookForInterrupted])
    }

    mutating func startedFurther(_ startUp: StartUp) -> [ConsoleAction] {
        guard case .mainMenu(let before) = stack[0], before.startUp != startUp else { return [] }
        changeMainMenu { $0.startUp = startUp }
        let look = before.startUp.loadsDrivers && !startUp.loadsDrivers ? [lookForInterrupted] : []
        // Where something is asked or under way the main menu comes up later, and is right then.
        // On a serial line nothing is drawn anew: what is between start and end is not said there.
        let shows = stack.count == 1 && pending == nil && (configuration.drawsInFull || startUp.isOver)
        return (shows ? showTop() : []) + look
    }

    /// A rescue stick brought an answer file, after the menu was there. False when it is the one that is known.
    package mutating func takeAnswers(from location: String) -> Bool {
        guard configuration.answers != location else { return false }
        configuration.answers = location
        changeMainMenu { $0.unattended = .given }
        return true
    }

    /// What an answer file drives, here or on another console.
    package var awaitsUnattended: Bool {
        guard case .mainMenu(let screen) = stack[0] else { return false }
        return screen.unattended == .given
    }

    /// It has ended. The main menu says so the next time it comes up, or at once where it is drawn in full.
    package mutating func unattendedEnded() -> [ConsoleAction] {
        changeMainMenu { $0.unattended = .over }
        return stack.count == 1 && pending == nil && configuration.drawsInFull ? showTop() : []
    }

    /// SSH is switched on behind the menu, where it is asked for.
    package mutating func see(isRemoteAccessOn isOn: Bool) { changeMainMenu { $0.isRemoteAccessOn = isOn } }

    /// The main menu lies below whatever else is shown.
    mutating func changeMainMenu(_ change: (inout MainMenuScreen) -> Void) {
        guard case .mainMenu(var screen) = stack[0] else { return }
        change(&screen)
        stack[0] = .mainMenu(screen)
    }
}
