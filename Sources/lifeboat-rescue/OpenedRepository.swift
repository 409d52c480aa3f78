import Repository
import RescueConsole
import Synchronization

/// A repository opened for one request, with what ends its waiting and what it was troubled by.
///
/// Opened anew for each request: that costs one small read, and everything shown is what the repository holds now.
struct OpenedRepository: Sendable {
    let repository: Repository
    /// Ends whatever is under way in the store.
    let cancellation: Cancellation
    private let trouble: Trouble

    /// Throws `RepositoryError`.
    init(
        _ address: String, access: RepositoryAccess, _ cancellation: Cancellation,
        heard: @escaping @Sendable (String) -> Void
    ) throws {
        let trouble = Trouble(heard)
        self.trouble = trouble
        self.cancellation = cancellation
        let store = try StoreLocation.open(
            address, access: access, shouldStop: { cancellation.isRequested },
            observer: { retry in
                trouble.hear(attempt: retry.attempt, reason: retry.reason)
            })
        repository = try Repository.open(store)
    }

    /// The last failed attempt that was repeated.
    var lastTrouble: String? { trouble.last }

    /// From now on whoever asks `lastTrouble` says it.
    func beQuiet() { trouble.beQuiet() }

    /// Once blocks are written, a switch that reboots must not end it.
    func bePatient() { (repository.store as? HTTPStore)?.setPatience(HTTPStore.restorePatience) }
}

/// Failed attempts, as the store's threads report them.
private final class Trouble: Sendable {
    private struct State: Sendable {
        var last: String?
        var lastReason: String?
        var heard: (@Sendable (String) -> Void)?
    }

    private let state: Mutex<State>

    init(_ heard: @escaping @Sendable (String) -> Void) { state = Mutex(State(heard: heard)) }

    var last: String? { state.withLock { $0.last } }

    /// While somebody waits, each new reason is said once; during a restore every attempt counts.
    func hear(attempt: Int, reason: String) {
        let heard = state.withLock { state in
            state.last = "attempt \(attempt): \(reason); trying again"
            defer { state.lastReason = reason }
            return state.lastReason == reason ? nil : state.heard
        }
        heard?("\(reason); trying again")
    }

    func beQuiet() { state.withLock { $0.heard = nil } }
}
