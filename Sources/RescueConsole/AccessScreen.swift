/// How a server is known, and how it knows this machine: asked for beside its address.
struct AccessScreen: Sendable {
    enum Kind: String, Sendable { case token, fingerprint }

    let kind: Kind

    var text: ScreenText {
        switch kind {
        case .token:
            ScreenText(
                "token for the repository",
                [
                    "Servers with tokens give what they hold only to who has one",
                    "(\"lifeboat token add\"). What is typed is not shown and not kept.", "",
                    "Type the token. Enter alone uses none. back or menu leaves it as it was.",
                ], prompt: "Token", isSecret: true)
        case .fingerprint:
            ScreenText(
                "fingerprint of the server",
                [
                    "\"lifeboat serve\" prints the fingerprint of its key, 64 hexadecimal digits.",
                    "With it an https server is known by its key, whatever its certificate or",
                    "this machine's clock say.", "",
                    "Type it, with colons or without. Enter alone compares none.", "back or menu leaves it as it was.",
                ], prompt: "Fingerprint")
        }
    }
}

extension RescueSession {
    /// Keeps what was typed; the program says whether it can be one.
    mutating func accessTyped(_ line: String, on screen: AccessScreen) -> [ConsoleAction] {
        var token = configuration.token
        var fingerprint = configuration.fingerprint
        switch screen.kind {
        case .token: token = line.isEmpty ? nil : line
        case .fingerprint: fingerprint = line.isEmpty ? nil : line
        }
        return perform(.useAccess(token: token, fingerprint: fingerprint))
    }

    /// The program has taken it.
    mutating func accessTaken(token: String?, fingerprint: String?) -> [ConsoleAction] {
        configuration.token = token
        configuration.fingerprint = fingerprint
        stack.removeLast()
        return showRepository()
    }

    mutating func showRepository() -> [ConsoleAction] {
        showAnew(.repository(RepositoryScreen(configuration)))
    }
}
