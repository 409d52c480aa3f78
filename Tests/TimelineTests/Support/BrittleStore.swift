import Buffers
import Repository
import Synchronization

/// A store that fails at its nth call from when it was armed, or lets somebody else go first there.
///
/// `@unchecked`: what comes in between is no more thread-safe than the test that made it; such tests have one thread.
final class BrittleStore: CollectableObjectStore, @unchecked Sendable {
    enum Fault: CaseIterable, Sendable {
        /// The process dies before the call has any effect; every later call fails.
        case deathBefore
        /// The call takes effect, and the process dies before it learns of it.
        case deathAfter
        /// The call fails once without effect.
        case failure
        /// The call takes effect once and reports a failure.
        case lostAnswer
    }

    private struct State {
        var calls = 0
        var target = Int.max
        var fault = Fault.deathBefore
        var isDead = false
        var names: [String] = []
        var locks = 0
        var isWaiting = false
    }

    private let base: any CollectableObjectStore
    /// What this process knows; another one has a store of its own over the same objects.
    let condemned = CondemnedNames()
    private let state = Mutex(State())
    /// Run once, at the armed call or as soon afterwards as no lock is held.
    private var interruption: (() -> Void)?

    init(_ base: any CollectableObjectStore) { self.base = base }

    var location: String { base.location }
    /// Calls since the store was armed, as "kind name".
    var calls: [String] { state.withLock { $0.names } }
    /// Whether nobody waits to come in between any more.
    var wasInterrupted: Bool { interruption == nil }
    var isDead: Bool { state.withLock { $0.isDead } }

    /// The call `number`, counted from 1, fails.
    func arm(_ number: Int, _ fault: Fault) {
        state.withLock { $0 = State(target: number, fault: fault) }
    }

    /// At the call `number` somebody else comes in between.
    func interrupt(_ number: Int, _ body: @escaping () -> Void) {
        interruption = body
        state.withLock { $0 = State(target: number) }
    }

    /// Works again.
    func disarm() {
        interruption = nil
        state.withLock { $0 = State() }
    }

    func read(_ name: String, limit: Int) throws(StoreError) -> [UInt8] {
        try call("read \(name)") { () throws(StoreError) in try base.read(name, limit: limit) }
    }

    func read(_ name: String, at offset: UInt64, into slice: BufferSlice) throws(StoreError) {
        try call("read \(name)") { () throws(StoreError) in try base.read(name, at: offset, into: slice) }
    }

    func length(of name: String) throws(StoreError) -> UInt64? {
        try call("length \(name)") { () throws(StoreError) in try base.length(of: name) }
    }

    func list(_ prefix: String) throws(StoreError) -> [String] {
        try call("list \(prefix)") { () throws(StoreError) in try base.list(prefix) }
    }

    func create(_ name: String, _ parts: [BufferSlice]) throws(StoreError) -> Bool {
        try call("create \(name)") { () throws(StoreError) in try base.create(name, parts) }
    }

    func create(_ name: String, _ bytes: [UInt8]) throws(StoreError) -> Bool {
        try call("create \(name)") { () throws(StoreError) in try base.create(name, bytes) }
    }

    func replace(_ name: String, _ bytes: [UInt8]) throws(StoreError) {
        try call("replace \(name)") { () throws(StoreError) in try base.replace(name, bytes) }
    }

    func exclusively<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        try call("lock \(name)") { () throws(StoreError) in }
        // While a head is published or objects are removed others wait; a capture's own lock keeps nobody from rolling up.
        let count = name.hasPrefix("head-") || name == "condemned" ? 1 : 0
        return try base.exclusively(name) {
            state.withLock { $0.locks += count }
            defer { state.withLock { $0.locks -= count } }
            return try body()
        }
    }

    /// One by one, so that every removal is a place to die at.
    func remove(_ names: [String]) throws(StoreError) {
        for name in names {
            try call("remove \(name)") { () throws(StoreError) in try base.remove([name]) }
        }
    }

    func lease() throws(StoreError) -> any WriterLease {
        try call("lease") { () throws(StoreError) in try base.lease() }
    }

    func heldLeases(removingDead: Bool) throws(StoreError) -> Set<String> {
        try call("leases") { () throws(StoreError) in try base.heldLeases(removingDead: removingDead) }
    }

    func removeLeftovers(before limit: Int64) throws(StoreError) -> UInt64 {
        try call("leftovers") { () throws(StoreError) in try base.removeLeftovers(before: limit) }
    }

    private static let dead = StoreError(.inputOutput, "The process died.")

    private func call<Result>(_ name: String, _ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        let fault = state.withLock { state -> Fault? in
            state.calls += 1
            state.names.append(name)
            if state.isDead { return .deathBefore }
            guard state.calls == state.target else { return nil }
            state.isWaiting = true
            guard interruption == nil else { return nil }
            state.isDead = state.fault == .deathBefore || state.fault == .deathAfter
            return state.fault
        }
        if let interruption {
            if state.withLock({ $0.isWaiting && $0.locks == 0 }) {
                self.interruption = nil
                interruption()
            }
            return try body()
        }
        switch fault {
        case nil: return try body()
        case .deathBefore, .failure: throw Self.dead
        case .deathAfter, .lostAnswer:
            _ = try body()
            throw Self.dead
        }
    }
}
