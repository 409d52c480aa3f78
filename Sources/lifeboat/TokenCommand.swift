import ArgumentParser
import Repository
import RepositoryFormat
import RepositoryServer

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Says who may do what at \"lifeboat serve\".",
        discussion: """
            Works on the repository's directory, on the server itself. A server sees changes at once, except the first token \
            of all, which needs a restart: without tokens a server lets everybody read and nobody write.

            Example:
              lifeboat token add --repository /srv/lifeboat --capture --host web01 --expires 90d
              lifeboat token add --repository /srv/lifeboat --restore --name rescue
              lifeboat token revoke 3f9a61c0 --repository /srv/lifeboat

            \(ExitStatus.help)
            """,
        subcommands: [Add.self, List.self, Revoke.self])

    func run() throws { throw ValidationError("Say what to do: lifeboat token add, list or revoke.") }
}

/// Where a server's tokens lie.
struct ServerStateOptions: ParsableArguments {
    @Option(name: .customLong("repository"), help: ArgumentHelp("The repository's directory.", valueName: "directory"))
    var location: String

    @Option(
        name: .customLong("state"),
        help: ArgumentHelp("The server's own folder, DIRECTORY/server unless given.", valueName: "directory"))
    var stateDirectory: String?

    func store() throws -> DirectoryStore { try StoreLocation.directory(location) }

    func state() throws -> ServerState {
        ServerState(repository: try store().location, directory: stateDirectory)
    }

    /// The tokens of a repository that is there.
    func tokens() throws -> TokenFile {
        _ = try Repository.open(try store())
        return TokenFile(try state())
    }
}

/// A token as lists show it: everything but the secret.
struct TokenSummary: Codable {
    var id: String
    var name: String
    var scope: String
    var hosts: [String]
    var created: String
    var expires: String?

    init(_ token: Token) {
        id = token.id
        name = token.name
        scope = token.scope.rawValue
        hosts = token.hosts
        created = token.created
        expires = token.expires
    }

    var text: String {
        let place = hosts.isEmpty ? "all hosts" : hosts.joined(separator: ", ")
        return
            "\(id)  \(scope)  \(place)  \(expires.map { "until \($0)" } ?? "for ever")\(name.isEmpty ? "" : "  \(name)")"
    }
}
