internal import Digests
internal import FoundationEssentials
internal import LinuxSystem
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// One running capture: the right to add to a host's timeline, and what it sent so far.
final class Lease: Sendable {
    private struct State {
        var lastUse: UInt64
        var isOver = false
        var packs: [Digest: StagedObject] = [:]
        /// Pages that cover their nodes whole, and segments, that were checked in this capture.
        var checked: Set<Digest> = []
    }

    /// Packs whose index has not come yet, in bytes: two of the longest, or many of the usual length.
    private static let stagedLimit = 2 * Limits.pack

    let session: CaptureSession
    let hostName: String
    /// Keeps writers of this machine away from the host.
    private let lock: HeldLock
    /// Keeps what is condemned meanwhile from being removed.
    private let collection: (any WriterLease)?
    private let state: Mutex<State>

    var host: HostIdentifier { session.host }

    init(_ session: CaptureSession, hostName: String, lock: HeldLock, collection: (any WriterLease)?) {
        self.session = session
        self.hostName = hostName
        self.lock = lock
        self.collection = collection
        state = Mutex(State(lastUse: Clocks.monotonicNanoseconds))
    }

    /// Nanoseconds since the last request.
    var idle: UInt64 { Clocks.monotonicNanoseconds - state.withLock { $0.lastUse } }

    /// Throws when another capture has taken over meanwhile.
    func use() throws {
        let isOver = state.withLock { state in
            state.lastUse = Clocks.monotonicNanoseconds
            return state.isOver
        }
        if isOver { throw Leases.fenced(hostName) }
    }

    func end() {
        state.withLock { state in
            state.isOver = true
            state.packs.removeAll()
        }
    }

    func keep(_ pack: StagedObject, id: Digest) throws {
        try state.withLock { state in
            let others = state.packs.filter { $0.key != id }.reduce(0) { $0 + $1.value.count }
            guard others + pack.count <= Self.stagedLimit, state.packs.count < 64 else {
                throw Refusal(.contentTooLarge, "too-much", "Too many packs came without their indexes.")
            }
            state.packs[id] = pack
        }
    }

    func takePack(_ id: Digest) -> StagedObject? { state.withLock { $0.packs.removeValue(forKey: id) } }

    func note(checked digest: Digest) { state.withLock { _ = $0.checked.insert(digest) } }
    func isChecked(_ digest: Digest) -> Bool { state.withLock { $0.checked.contains(digest) } }
}
