import Buffers
import Repository
import Synchronization

/// A store as a plain web server offers it: no listing, no writing. May be made to lose its connection.
final class ReadOnlyStore: ObjectStore {
    private let base: any ObjectStore
    private let isReachable = Mutex(true)

    init(_ base: any ObjectStore) { self.base = base }

    func disconnect() { isReachable.withLock { $0 = false } }

    var location: String { base.location }

    func read(_ name: String, limit: Int) throws(StoreError) -> [UInt8] {
        try connect()
        return try base.read(name, limit: limit)
    }

    func read(_ name: String, at offset: UInt64, into slice: BufferSlice) throws(StoreError) {
        try connect()
        try base.read(name, at: offset, into: slice)
    }

    func length(of name: String) throws(StoreError) -> UInt64? {
        try connect()
        return try base.length(of: name)
    }

    private func connect() throws(StoreError) {
        guard isReachable.withLock({ $0 }) else { throw StoreError(.unreachable, "No route to host.") }
    }
}
