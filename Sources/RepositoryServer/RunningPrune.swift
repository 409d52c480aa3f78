internal import LinuxSystem
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// One prune and what it says while it runs.
final class RunningPrune: Sendable {
    enum Event: Sendable {
        case progress(PruneProgress)
        /// Nothing to tell, for some time now.
        case atWork
        case done(PruneReport)
        case failed(any Error)
    }

    /// A client that waits knows in so short a time that the server is there; shorter than proxies wait for a byte.
    private static let beat = Duration.seconds(2)
    /// Progress is told at most so often.
    private static let interval: UInt64 = 250_000_000

    /// Ends behind `done` or `failed`.
    let events: AsyncStream<Event>
    private let channel: AsyncStream<Event>.Continuation
    private let isStopWanted = Atomic<Bool>(false)
    private let hasEnded = Atomic<Bool>(false)

    init() {
        // A client that reads slowly misses progress, never the end, which is the newest.
        (events, channel) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(16))
    }

    var isStopped: Bool { isStopWanted.load(ordering: .relaxed) }
    var isOver: Bool { hasEnded.load(ordering: .acquiring) }

    /// Ends it where every moment is whole.
    func stop() { isStopWanted.store(true, ordering: .relaxed) }

    func start(_ repository: Repository, _ request: PruneRequest) throws(SystemCallError) {
        let beat = Task { [channel] in
            while !Task.isCancelled {
                // Cancelled when the prune is over.
                try await Task.sleep(for: Self.beat)
                channel.yield(.atWork)
            }
        }
        do {
            // The thread keeps what it needs; nobody joins it.
            _ = try WorkerThread("prune") { [self] in
                let end = run(repository, request)
                beat.cancel()
                hasEnded.store(true, ordering: .releasing)
                channel.yield(end)
                channel.finish()
            }
        } catch {
            beat.cancel()
            throw error
        }
    }

    private func run(_ repository: Repository, _ request: PruneRequest) -> Event {
        var last: UInt64 = 0
        do {
            return .done(
                try repository.prune(request) { [channel] progress in
                    let now = Clocks.monotonicNanoseconds
                    guard now - last >= Self.interval else { return }
                    last = now
                    channel.yield(.progress(progress))
                })
        } catch { return .failed(error) }
    }
}
