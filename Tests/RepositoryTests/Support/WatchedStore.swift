import Buffers
import Repository
import Synchronization

/// Counts what is read of packs, range by range, and can hold such reads up until a test lets them go on.
final class WatchedStore: ObjectStore {
    private let base: any ObjectStore
    private let reads = Mutex<[String: Int]>([:])
    /// Asked before every read of a range; returns when it may go on.
    private let gate: @Sendable () -> Void

    init(_ base: any ObjectStore, gate: @escaping @Sendable () -> Void = {}) {
        self.base = base
        self.gate = gate
    }

    /// How often each range was read, by object and offset.
    var counts: [String: Int] { reads.withLock { $0 } }

    var location: String { base.location }

    func read(_ name: String, limit: Int) throws(StoreError) -> [UInt8] { try base.read(name, limit: limit) }

    func read(_ name: String, at offset: UInt64, into slice: BufferSlice) throws(StoreError) {
        reads.withLock { $0["\(name) \(offset)", default: 0] += 1 }
        gate()
        try base.read(name, at: offset, into: slice)
    }

    func length(of name: String) throws(StoreError) -> UInt64? { try base.length(of: name) }
}
