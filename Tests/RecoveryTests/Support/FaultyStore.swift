import Buffers
import Repository
import Synchronization

/// A store that stands before another and fails on demand.
final class FaultyStore: ObjectStore {
    /// What goes wrong with a read of a range of `name`; nil lets it through.
    typealias Script = @Sendable (_ name: String, _ count: Int) -> Fault?

    enum Fault {
        case error(StoreError)
        /// Flips a bit of the first byte.
        case flip
    }

    let base: any ObjectStore
    private let script: Mutex<Script>
    private let rangeReads = Atomic<Int>(0)
    private let rangeBytes = Atomic<UInt64>(0)

    init(_ base: any ObjectStore, _ script: @escaping Script = { _, _ in nil }) {
        self.base = base
        self.script = Mutex(script)
    }

    var location: String { base.location }
    /// Bytes read in ranges: from packs, that is.
    var fetchedBytes: UInt64 { rangeBytes.load(ordering: .relaxed) }

    func read(_ name: String, limit: Int) throws(StoreError) -> [UInt8] { try base.read(name, limit: limit) }

    func length(of name: String) throws(StoreError) -> UInt64? { try base.length(of: name) }

    func read(_ name: String, at offset: UInt64, into slice: BufferSlice) throws(StoreError) {
        let count = rangeReads.add(1, ordering: .relaxed).newValue
        rangeBytes.add(UInt64(slice.count), ordering: .relaxed)
        let fault = script.withLock { $0 }(name, count)
        if case .error(let error) = fault { throw error }
        try base.read(name, at: offset, into: slice)
        if case .flip = fault { slice.withMutableBytes { $0[0] ^= 1 } }
    }
}
