internal import LinuxSystem
internal import Logging
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// Rolls up, on a thread of its own, what comes over HTTP: who has a capture token adds segments, and may not take them out of
/// a head again when they were joined.
///
/// A publisher like any other: one that publishes at the same time is refused by the number of its head, reads the newer one
/// and tries again (`HistoryPublisher`). Works over a store of its own, as another process on this machine would.
final class RollUps: Sendable {
    private struct State {
        /// Hosts to look at, with the time from when on.
        var waiting: [String: UInt64] = [:]
        var isEnding = false
    }

    /// A host is looked at so long after a head came: writers publish every few seconds, and most heads give nothing to do.
    private static let delay: UInt64 = 5_000_000_000
    private static let look: UInt64 = 500_000_000

    private let location: String
    private let program: String
    private let logger: Logger
    private let state = Mutex(State())

    init(location: String, program: String, logger: Logger) {
        self.location = location
        self.program = program
        self.logger = logger
    }

    /// Begins with what waits from earlier: of all hosts.
    func start() throws {
        for host in try Repository.open(DirectoryStore(location)).hosts() { note(host: host.name) }
        // The thread keeps what it needs; it ends with the server.
        _ = try WorkerThread("roll-up") { [self] in
            while let host = next() { rollUp(host) }
        }
    }

    /// A head of the host was taken.
    func note(host: String) {
        let due = Clocks.monotonicNanoseconds + Self.delay
        state.withLock { state in
            // The first of many counts: a host whose writer never rests gets its turn as well.
            if state.waiting[host] == nil { state.waiting[host] = due }
        }
    }

    /// Stops between two steps; every step is one head.
    func end() { state.withLock { $0.isEnding = true } }

    private var isEnding: Bool { state.withLock { $0.isEnding } }

    /// Waits for the next host that is due; nil at the end.
    private func next() -> String? {
        while !isEnding {
            let now = Clocks.monotonicNanoseconds
            let host: String? = state.withLock { state in
                guard let first = state.waiting.min(by: { $0.value < $1.value }), first.value <= now else { return nil }
                state.waiting[first.key] = nil
                return first.key
            }
            if let host { return host }
            Clocks.sleep(nanoseconds: Self.look)
        }
        return nil
    }

    private func rollUp(_ host: String) {
        do {
            let repository = try Repository.open(DirectoryStore(location))
            let rollUp = try RollUp(HistoryPublisher(try repository.timeline(of: host)), program: program)
            var heads = 0
            while !isEnding, try rollUp.run(atMost: 1) > 0 { heads += 1 }
            while !isEnding, try rollUp.rollDeltas(atMost: 1) > 0 { heads += 1 }
            guard heads > 0 else { return }
            logger.notice("history rolled up", metadata: ["host": "\(host)", "heads": "\(heads)"])
        } catch {
            // Nothing is lost: what was not rolled up is opened from its segments, and the next head brings the next attempt.
            logger.warning(
                "history could not be rolled up",
                metadata: ["host": "\(host)", "reason": "\(Service.printable("\(error)"))"])
        }
    }
}
