internal import Hummingbird
internal import Logging
internal import Repository
internal import RepositoryFormat

extension Service {
    /// `PUT /api/v1/hosts/NAME/reports/REPORT`
    func report(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer(request, context) { party in
            let name = try Self.name(context)
            guard party.reports(host: name, asReader: takesReports) else {
                throw Refusal.forbidden(
                    takesReports
                        ? "The token does not allow to report of host \(name)."
                        : "This server takes no reports from readers; \"lifeboat serve --reports\" would.")
            }
            guard let host = try repository.hosts().first(where: { $0.name == name }) else {
                throw Refusal(.notFound, "unknown-host", "The repository has no host \"\(name)\".")
            }
            let report = try context.parameters.require("report")
            let body = try await collect(
                request, length: Self.length(request, limit: UInt64(ReportFolder.lengthLimit)))
            let isNew = try await Self.blocking { try reports.add(body, named: report, host: host.id) }
            logger.notice("report", metadata: ["host": "\(name)", "token": "\(party.name)", "name": "\(report)"])
            return Response(status: isNew ? .created : .noContent)
        }
    }
}
