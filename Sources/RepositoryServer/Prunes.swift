internal import LinuxSystem
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// The prunes that administrators ask for: one at a time, each on a thread of its own.
///
/// Done over a store of their own, as another process on this machine would: what captures know of condemned objects is
/// theirs, and leases and locks on files keep the two apart.
final class Prunes: Sendable {
    private struct State {
        var running: RunningPrune?
        var isEnding = false
    }

    private let location: String
    private let program: String
    private let state = Mutex(State())

    init(location: String, program: String) {
        self.location = location
        self.program = program
    }

    /// Begins what was ordered. Blocks for as long as reading the list of hosts takes. Throws what can be said before
    /// anything is changed: 400 for words that cannot be used, 409 while another one runs.
    func begin(_ order: PruneOrder) throws -> RunningPrune {
        var request = try order.request(now: Clocks.utcNanoseconds, program: program)
        let repository = try Repository.open(DirectoryStore(location))
        let known = Set(try repository.hosts().map(\.name))
        for name in order.hosts where !known.contains(name) {
            do {
                // Throws, and names the hosts there are.
                _ = try repository.timeline(of: name)
            } catch { throw Refusal(.badRequest, error.code.name, error.message) }
        }
        return try state.withLock { state in
            guard !state.isEnding else {
                throw Refusal(
                    .conflict, "locked", "The server is ending. Nothing was changed. Try again when it is back.")
            }
            if let running = state.running, !running.isOver {
                throw Refusal(
                    .conflict, "locked",
                    "Another prune of this repository is running. Nothing was changed. Wait until it is done and try again."
                )
            }
            let prune = RunningPrune()
            request.shouldStop = { prune.isStopped }
            try prune.start(repository, request)
            state.running = prune
            return prune
        }
    }

    /// Lets none begin any more, and stops the one that runs where every moment is whole.
    func end() {
        let running = state.withLock { state in
            state.isEnding = true
            return state.running
        }
        running?.stop()
    }
}
