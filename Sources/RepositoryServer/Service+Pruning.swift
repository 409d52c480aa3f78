internal import Hummingbird
internal import Logging
internal import NIOCore
internal import Repository
internal import RepositoryFormat

extension Service {
    /// `POST /api/v1/prune`
    func prune(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer(request, context) { party in
            guard party.administers else {
                throw Refusal.forbidden("Only a token made with \"lifeboat token add --admin\" may prune.")
            }
            let body = try await collect(
                request, length: Self.length(request, limit: UInt64(PruneOrder.lengthLimit)))
            let order = try PruneOrder(json: body)
            let prune = try await Self.blocking { try prunes.begin(order) }
            logger.notice(
                "prune begins",
                metadata: ["token": "\(party.name)", "peer": "\(context.peer)", "dryRun": "\(order.dryRun)"])
            var events = prune.events.makeAsyncIterator()
            let first = await events.next()
            // What is refused before anything was done gets a status of its own; everything else comes as the last line.
            if case .failed(let error) = first, Refusal(error).status.rawValue < 500 { throw error }
            return Response(
                status: .ok, headers: [.contentType: "application/x-ndjson", .cacheControl: "no-store"],
                body: lines(of: prune, first, party, context))
        }
    }

    private func lines(
        of prune: RunningPrune, _ first: RunningPrune.Event?, _ party: Party, _ context: ServerContext
    ) -> ResponseBody {
        ResponseBody { writer in
            do {
                if let first { try await writer.write(line(first, party, context)) }
                for await event in prune.events { try await writer.write(line(event, party, context)) }
                try await writer.finish(nil)
            } catch {
                // Nobody listens any more: an administrator who interrupts the command means the prune. It stops where every
                // moment is whole, as it does on a terminal.
                prune.stop()
                logger.notice(
                    "prune stops: its client went away",
                    metadata: ["token": "\(party.name)", "peer": "\(context.peer)"])
                throw error
            }
        }
    }

    private func line(_ event: RunningPrune.Event, _ party: Party, _ context: ServerContext) -> ByteBuffer {
        let line: PruneLine
        var outcome: String?
        switch event {
        case .progress(let progress): line = PruneLine(progress: progress)
        case .atWork: line = .atWork
        case .done(let report):
            line = PruneLine(report: report)
            outcome = "freed \(report.freedBytes) bytes in \(report.freedObjects) objects"
        case .failed(let error):
            let refusal = Refusal(error)
            line = PruneLine(error: ServiceErrorReport(code: refusal.code, message: refusal.message))
            outcome = refusal.message
        }
        if let outcome {
            logger.notice(
                "prune ends",
                metadata: [
                    "token": "\(party.name)", "peer": "\(context.peer)", "outcome": "\(Self.printable(outcome))",
                ])
        }
        return ByteBuffer(bytes: encodeJSONLine(line))
    }
}
