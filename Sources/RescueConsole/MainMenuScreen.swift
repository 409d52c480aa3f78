/// Screen 0.
struct MainMenuScreen: Sendable {
    enum Choice { case goal(Goal), continuation, network, tools, remoteAccess, logOut }

    enum Unattended: Sendable {
        case none
        /// An answer file drives this machine's menu, here or on another console.
        case given
        /// What it drove has ended.
        case over

        var promise: String {
            switch self {
            case .none: "Nothing starts by itself, and nothing is written before you confirm it."
            case .given: "AN ANSWER FILE WAS GIVEN: a restore may run here or on the other console."
            case .over: "The answer file's run is over: nothing starts by itself any more."
            }
        }
    }

    var unattended: Unattended
    /// Whether SSH was on when this console looked last.
    var isRemoteAccessOn: Bool
    /// Whether this console is a login over SSH.
    let isRemote: Bool
    /// What the disks of this machine tell of a restore that did not end.
    var interrupted: InterruptedRestore?
    var startUp = StartUp(nil)

    init(_ configuration: RescueConfiguration) {
        unattended = configuration.answers == nil ? .none : .given
        isRemoteAccessOn = configuration.isRemoteAccessOn
        isRemote = configuration.console.hasPrefix("ssh-")
    }

    var text: ScreenText {
        let first = interrupted?.lines ?? []
        var rows = Dictionary(uniqueKeysWithValues: (0..<7).map { (first.count + $0, "\($0 + 1)") })
        if isRemote { rows[first.count + 7] = "q" }
        if interrupted != nil { rows[0] = "c" }
        return ScreenText(
            "main menu",
            first + [
                "1  Restore this machine from a repository",
                "2  Capture this machine: its disks, as they are now, into a repository",
                "3  Network status",
                "4  Tools: shell, disks, logs, clock and keyboard",
                "5  Reboot",
                "6  Power off",
                "7  SSH access" + (isRemoteAccessOn ? ": ON" : ""),
            ] + (isRemote ? ["q  Log out"] : []) + [
                "", unattended.promise,
            ] + startUp.lines, prompt: "Choice", rows: rows)
    }

    func answer(_ line: String) -> Answer<Choice> {
        switch line.lowercased() {
        case "c" where interrupted != nil, "" where interrupted != nil: .take(.continuation)
        case "1": .take(.goal(.job(.restore)))
        case "2": .take(.goal(.job(.capture)))
        case "3": .take(.network)
        case "4": .take(.tools)
        case "5": .take(.goal(.power(.reboot, confirmed: false)))
        case "6": .take(.goal(.power(.off, confirmed: false)))
        case "7": .take(.remoteAccess)
        case "q" where isRemote: .take(.logOut)
        case "": .again
        default: .complaint("Type \(interrupted == nil ? "" : "c or ")a number from 1 to 7.")
        }
    }
}
