/// SSH: off, or how to log in.
struct RemoteAccessScreen: Sendable {
    enum Choice: Hashable { case leave, change(RemoteAccess.Change) }

    /// Of the logins.
    private static let mostShown = 3

    let access: RemoteAccess

    var text: ScreenText {
        let choices = choices
        let state = access.mode == nil ? ["SSH is off: nothing listens on this machine."] : on
        var rows: [Int: String] = [:]
        for (place, choice) in choices.enumerated() { rows[state.count + 1 + place] = choice.answer }
        return ScreenText(
            "ssh access",
            state + [""] + choices.map { PlainText.padded($0.answer, to: 10) + $0.words } + [
                "", "Whoever logs in gets this menu, and can erase this machine. Enter: main menu.",
            ], prompt: "SSH", rows: rows)
    }

    private var choices: [(answer: String, words: String)] {
        let count = access.keyNames.count
        let keys = ("keys", "On for \(count == 1 ? "the key" : "the \(count) keys") that this image was built with")
        let password = (
            "password", access.mode == .password ? "A new one-time password" : "On with a one-time password"
        )
        let others = [password] + (count == 0 || access.mode == .keys ? [] : [keys])
        guard access.mode != nil else { return others }
        return others + [("off", "SSH off; its connections end"), ("r", "Look again")]
    }

    private var on: [String] {
        let logIn = access.addresses.map { "ssh root@\($0)" }
        var lines = ["SSH IS ON " + (access.mode == .keys ? "for keys only." : "with a one-time password."), ""]
        lines += labelled("Log in", logIn.isEmpty ? ["no address yet (see Network)"] : logIn)
        lines += labelled("Host key", [access.fingerprint ?? "unknown"])
        switch access.mode {
        case .password:
            lines += labelled("Password", [access.password ?? "USED: it does not work any more"])
        case .keys: lines += labelled("Keys", access.keyNames)
        case nil: break
        }
        lines += labelled("Logged in", access.logins.suffix(Self.mostShown).map { "\($0.time) from \($0.from)" })
        if access.connections > 0 { lines += labelled("Connected", ["\(access.connections) now"]) }
        return lines
    }

    private func labelled(_ label: String, _ values: [String]) -> [String] {
        values.enumerated().map { PlainText.padded($0.offset == 0 ? label : "", to: 12) + $0.element }
    }

    func answer(_ line: String) -> Answer<Choice> {
        switch line.lowercased() {
        case "": .take(.leave)
        case "password": .take(.change(.on(.password)))
        case "keys" where !access.keyNames.isEmpty: .take(.change(.on(.keys)))
        case "keys": .complaint("This image was built without keys (scripts/build-iso --ssh-key).")
        case "off" where access.mode != nil: .take(.change(.off))
        case "r": .take(.change(.look))
        default: .complaint("Type one of the words at the left, back, or Enter alone.")
        }
    }
}

extension RescueSession {
    mutating func chosen(_ choice: RemoteAccessScreen.Choice) -> [ConsoleAction] {
        switch choice {
        case .leave: menu()
        case .change(.look): perform(.remoteAccess(.look))
        case .change(.off): perform(.remoteAccess(.off), saying: "Switching SSH off")
        case .change(let change): perform(.remoteAccess(change), saying: "Switching SSH on")
        }
    }

    mutating func show(_ access: RemoteAccess) -> [ConsoleAction] {
        see(isRemoteAccessOn: access.mode != nil)
        return showAnew(.remoteAccess(RemoteAccessScreen(access: access)))
    }
}
