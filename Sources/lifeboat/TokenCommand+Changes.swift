import ArgumentParser
import Repository
import RepositoryServer

/// `--capture`, `--restore` or `--admin`.
enum ScopeFlag: String, EnumerableFlag {
    case capture, restore, admin

    static func help(for value: ScopeFlag) -> ArgumentHelp? {
        switch value {
        case .capture: "Adds captures to one host; reads no data and deletes nothing."
        case .restore: "Reads the hosts that are named, or all."
        case .admin: "May do everything."
        }
    }

    var scope: Token.Scope {
        switch self {
        case .capture: .capture
        case .restore: .restore
        case .admin: .admin
        }
    }
}

extension TokenCommand {
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a token and prints it, once.",
            discussion: """
                The token is all of standard output. Only its digest is kept: who loses it makes another.

                Example:
                  lifeboat token add --repository /srv/lifeboat --capture --host web01 > web01.token

                \(ExitStatus.help)
                """)

        @OptionGroup var server: ServerStateOptions

        @Flag(exclusivity: .exclusive)
        var scope: ScopeFlag

        @Option(
            help: ArgumentHelp("Name of a host it is for; may be repeated, except with --capture.", valueName: "name"))
        var host: [String] = []

        @Option(
            help: ArgumentHelp("How long it is valid, such as 12h or 90d; for ever unless given.", valueName: "age"))
        var expires: String?

        @Option(help: ArgumentHelp("A note shown in lists.", valueName: "text"))
        var name = ""

        func validate() throws {
            switch scope {
            case .capture:
                guard host.count == 1 else { throw ValidationError("--capture needs exactly one --host.") }
            case .restore: break
            case .admin:
                guard host.isEmpty else { throw ValidationError("--admin is for all hosts: leave --host out.") }
            }
            guard expires == nil || lifetime != nil else {
                throw ValidationError("--expires takes an age such as 12h or 90d.")
            }
        }

        private var lifetime: Int64? {
            guard let expires, let expression = TimeExpression(expires), let then = expression.nanoseconds(now: 0),
                then < 0
            else { return nil }
            return -then
        }

        func run() throws {
            let (token, text) = try server.tokens().add(name: name, scope: scope.scope, hosts: host, lifetime: lifetime)
            Terminal.print(text)
            Terminal.printError("Token \(TokenSummary(token).text). It is not shown again.")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the tokens there are, without their secrets.",
            discussion: """
                Example:
                  lifeboat token list --repository /srv/lifeboat

                \(ExitStatus.help)
                """)

        @OptionGroup var server: ServerStateOptions
        @OptionGroup var output: JSONOption

        func run() throws {
            let tokens = try server.tokens().tokens().map(TokenSummary.init)
            output.print(tokens) { tokens in
                tokens.isEmpty ? "There are no tokens." : tokens.map(\.text).joined(separator: "\n")
            }
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a token worthless, at once.",
            discussion: """
                Example:
                  lifeboat token revoke 3f9a61c0 --repository /srv/lifeboat

                \(ExitStatus.help)
                """)

        @Argument(help: "Its id, as \"lifeboat token list\" shows it: not the token itself.")
        var id: String

        @OptionGroup var server: ServerStateOptions

        func run() throws {
            let token = try server.tokens().revoke(id)
            Terminal.print("Revoked token \(TokenSummary(token).text).")
        }
    }
}
