internal import Foundation
internal import Hummingbird
internal import Repository
internal import RepositoryFormat

extension Service {
    /// An object of the tree.
    func object(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer(request, context) { party in
            let name = String(request.uri.path.drop { $0 == "/" })
            guard ServedObject.isServed(name) else { throw HTTPError(.notFound) }
            guard party.reads(name, hostName: hostName) else {
                throw Refusal.forbidden("The token does not allow to read \(name).")
            }
            return try await objects.respond(to: request, context: context, for: party)
        }
    }

    func hosts(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer(request, context) { party in
            let hosts = try repository.hostSummaries().filter { party.sees(host: $0.name) }
            return Self.json(encodeJSON(hosts), status: .ok)
        }
    }

    func timeline(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer(request, context) { party in
            let name = try Self.name(context)
            guard party.sees(host: name) else { throw Refusal.forbidden("The token is not one of host \(name).") }
            return Self.json(encodeJSON(TimelineSummary(try repository.timeline(of: name))), status: .ok)
        }
    }

    /// The host's name in the path.
    static func name(_ context: ServerContext) throws -> String {
        let name = try context.parameters.require("name")
        return name.removingPercentEncoding ?? name
    }

    private func hostName(of id: String) -> String? {
        // A list that cannot be read names nobody.
        if let host = (try? repository.hosts())?.first(where: { $0.id.text == id }) { return host.name }
        return captures?.leases.hostName(of: id)
    }
}

extension Service {
    /// Reads what every client needs first, so that "ok" means a client could begin. Needs no token: it tells nothing
    /// but the repository's id.
    func health(_ request: Request, _ context: ServerContext) async throws -> Response {
        do {
            _ = try Repository.open(repository.store).hosts()
            return Self.json(encodeJSON(HealthReport(repository: repository)), status: .ok)
        } catch {
            let refusal = Refusal(error)
            return Self.json(
                encodeJSON(ServiceErrorReport(code: refusal.code, message: refusal.message)),
                status: .internalServerError)
        }
    }
}

private struct HealthReport: Encodable {
    var status = "ok"
    var repository: String
    var format: Int

    init(repository: Repository) {
        self.repository = repository.description.id.text
        format = repository.description.format
    }
}
