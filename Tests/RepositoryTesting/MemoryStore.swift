package import Buffers
package import Repository
internal import Synchronization

/// A store in memory: fast, counted, and a second kind for the conformance suite.
package final class MemoryStore: CollectableObjectStore {
    private struct State {
        var objects: [String: [UInt8]] = [:]
        var locks: Set<String> = []
        var leases: Set<String> = []
        var leasesGiven = 0
        var failsToWrite = false
    }

    package let location = "memory"
    package let condemned = CondemnedNames()

    package init(objects: [String: [UInt8]] = [:]) { self.objects = objects }
    private let state = Mutex(State())

    package var objects: [String: [UInt8]] {
        get { state.withLock { $0.objects } }
        set { state.withLock { $0.objects = newValue } }
    }

    /// From now on every write fails as on a full disk.
    package func fill() { state.withLock { $0.failsToWrite = true } }

    package func read(_ name: String, limit: Int) throws(StoreError) -> [UInt8] {
        let bytes = try object(name)
        guard bytes.count <= limit else { throw StoreError(.wrongLength, "\(name) is longer than \(limit).") }
        return bytes
    }

    package func read(_ name: String, at offset: UInt64, into slice: BufferSlice) throws(StoreError) {
        let bytes = try object(name)
        guard offset <= UInt64(bytes.count), slice.count <= bytes.count - Int(offset) else {
            throw StoreError(.wrongLength, "\(name) ends before.")
        }
        let start = Int(offset)
        slice.withMutableBytes { $0.copyBytes(from: bytes[start..<start + $0.count]) }
    }

    package func length(of name: String) throws(StoreError) -> UInt64? {
        state.withLock { $0.objects[name].map { UInt64($0.count) } }
    }

    package func list(_ prefix: String) throws(StoreError) -> [String] {
        state.withLock { $0.objects.keys.filter { $0.hasPrefix(prefix) } }
    }

    package func create(_ name: String, _ parts: [BufferSlice]) throws(StoreError) -> Bool {
        try create(name, parts.flatMap { $0.withBytes { Array($0) } })
    }

    package func create(_ name: String, _ bytes: [UInt8]) throws(StoreError) -> Bool {
        try breathe()
        return state.withLock { state in
            guard state.objects[name] == nil else { return false }
            state.objects[name] = bytes
            return true
        }
    }

    package func replace(_ name: String, _ bytes: [UInt8]) throws(StoreError) {
        try breathe()
        state.withLock { $0.objects[name] = bytes }
    }

    package func exclusively<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        guard state.withLock({ $0.locks.insert(name).inserted }) else {
            throw StoreError(.locked, "\(name) is locked.")
        }
        defer { state.withLock { _ = $0.locks.remove(name) } }
        return try body()
    }

    private func object(_ name: String) throws(StoreError) -> [UInt8] {
        guard let bytes = state.withLock({ $0.objects[name] }) else { throw StoreError(.notFound, "no \(name)") }
        return bytes
    }

    private func breathe() throws(StoreError) {
        if state.withLock({ $0.failsToWrite }) { throw StoreError(.inputOutput, "No space left.") }
    }

    package func remove(_ names: [String]) throws(StoreError) {
        state.withLock { state in
            for name in names { state.objects[name] = nil }
        }
    }

    /// Held as long as somebody holds on to it, as that of a directory ends with its process.
    private final class Lease: WriterLease {
        let name: String
        private let store: MemoryStore

        init(in store: MemoryStore) {
            self.store = store
            name = store.state.withLock { state in
                state.leasesGiven += 1
                let name = "leases/\(state.leasesGiven)"
                state.leases.insert(name)
                return name
            }
        }

        deinit { store.state.withLock { _ = $0.leases.remove(name) } }
    }

    package func lease() throws(StoreError) -> any WriterLease { Lease(in: self) }

    package func heldLeases(removingDead: Bool) throws(StoreError) -> Set<String> { state.withLock { $0.leases } }

    package func removeLeftovers(before limit: Int64) throws(StoreError) -> UInt64 { 0 }
}
