internal import Hummingbird
internal import Logging
internal import Repository
internal import RepositoryFormat

extension Service {
    /// `POST /api/v1/hosts/NAME/marks`
    ///
    /// Needs no capture: it is one head, and the agent that follows the host's disks for months goes on meanwhile.
    func marks(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer(request, context) { party in
            let host = try Self.name(context)
            guard party.captures(host: host) else {
                throw Refusal.forbidden("The token does not allow to mark moments of host \(host).")
            }
            let body = try await collect(
                request, length: Self.length(request, limit: UInt64(MarkOrder.lengthLimit)))
            let order = try MarkOrder(json: body)
            if case .remove = order, !party.administers {
                throw Refusal.forbidden(
                    "A capture token adds marks and takes none away, so that nobody on the host can let retention have what was "
                        + "to be kept. It takes an admin token.")
            }
            let report = try await Self.blocking {
                // As another process would: what captures know of condemned objects is theirs.
                try Repository.open(DirectoryStore(store.location)).mark(host: host, order, program: program)
            }
            logger.notice(
                "marks", metadata: ["host": "\(host)", "token": "\(party.name)", "changed": "\(report.isChanged)"])
            return Self.json(encodeJSON(report), status: .ok)
        }
    }
}
