internal import RepositoryFormat
internal import Synchronization
internal import Transfer

/// A prune at `lifeboat serve`, which does it and says how far it is (docs/http-api.md, "Prune").
struct RemotePrune {
    private let store: HTTPStore

    init(_ store: HTTPStore) { self.store = store }

    /// Blocks until the server is done. Throws what the server threw; `denied` and `badInput` before anything was done,
    /// `unreachable` when the connection was lost on the way, `interrupted` when this client was to stop: then the server
    /// stops at the next point where every moment is whole.
    func run(
        _ order: PruneOrder, observer: @escaping @Sendable (PruneProgress) -> Void
    ) throws(RepositoryError) -> PruneReport {
        let answer = AnswerBox()
        do {
            try store.client.stream(
                HTTPUpload(.post, encodeJSON(order)), to: store.base.appending("api/v1/prune"),
                lineLimit: PruneLine.lengthLimit
            ) { line in
                // A line of another kind is one of a newer server, or of a proxy: the end tells whether something is missing.
                guard let line: PruneLine = try? decodeJSON(line, subject: "A line of the answer") else { return }
                if let progress = line.progress?.value { observer(progress) }
                answer.take(line)
            }
        } catch { throw failure(error) }
        let (report, error) = answer.last
        if let error { throw failure(error) }
        guard var report else { throw lost("its answer ended early") }
        report.makePrintable()
        // The server knows itself by its directory, this side by its address.
        report.repository = store.location
        return report
    }

    private func lost(_ reason: String) -> RepositoryError {
        RepositoryError(
            .unreachable,
            "The connection to \(store.location) was lost while it pruned: \(reason). The server stops where every moment is "
                + "whole, and what it had done is done. Run the command again to go on.")
    }

    /// What a server that had begun says.
    private func failure(_ error: ServiceErrorReport) -> RepositoryError {
        let message = PrintableText.of(error.message)
        // It is the server that was told to end, not this command.
        if error.code == RepositoryError.Code.interrupted.name { return RepositoryError(.unreachable, message) }
        return RepositoryError(RepositoryError.Code(error.code), message)
    }

    private func failure(_ error: TransferError) -> RepositoryError {
        if error.code == .interrupted {
            return RepositoryError(
                .interrupted,
                "The prune was interrupted. The server at \(store.location) stops where every moment is whole; run the "
                    + "command again to go on.")
        }
        if error.isUnderWay { return lost(error.reason) }
        return RemoteRefusal(store, what: "prune the repository at").error(error)
    }
}

/// Lines come on the thread of the transfer.
private final class AnswerBox: Sendable {
    private let state = Mutex<(report: PruneReport?, error: ServiceErrorReport?)>((nil, nil))

    var last: (report: PruneReport?, error: ServiceErrorReport?) { state.withLock { $0 } }

    func take(_ line: PruneLine) {
        state.withLock { state in
            if let report = line.report { state.report = report }
            if let error = line.error { state.error = error }
        }
    }
}

extension PruneReport {
    /// The report comes from the network and is shown at a terminal.
    fileprivate mutating func makePrintable() {
        for index in hosts.indices {
            hosts[index].name = PrintableText.of(hosts[index].name)
            hosts[index].policy = hosts[index].policy.map { PrintableText.of($0) }
            for stretch in hosts[index].stretches.indices {
                hosts[index].stretches[stretch].from = PrintableText.of(hosts[index].stretches[stretch].from)
                hosts[index].stretches[stretch].to = PrintableText.of(hosts[index].stretches[stretch].to)
                hosts[index].stretches[stretch].keeps = PrintableText.of(hosts[index].stretches[stretch].keeps)
            }
        }
        notes = notes.map { PrintableText.of($0) }
    }
}
