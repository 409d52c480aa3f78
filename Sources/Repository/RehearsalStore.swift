internal import Buffers
internal import LinuxSystem
internal import RepositoryFormat
internal import Synchronization

/// A store over another one that is only read: what is written stays in memory, what is removed is hidden. A prune that runs
/// over it does all that the real one does, so that its report is exact.
final class RehearsalStore: CollectableObjectStore {
    private struct State {
        var written: [String: [UInt8]] = [:]
        var lengths: [String: UInt64] = [:]
        var removed: Set<String> = []
    }

    private let base: any CollectableObjectStore
    private let state = Mutex(State())
    let condemned = CondemnedNames()

    private static let hollowTable = HollowPack.tableLength(frames: Limits.framesInPack)

    init(_ base: any CollectableObjectStore) { self.base = base }

    var location: String { base.location }

    func read(_ name: String, limit: Int) throws(StoreError) -> [UInt8] {
        guard let bytes = try own(name) else { return try base.read(name, limit: limit) }
        guard bytes.count <= limit else { throw StoreError(.wrongLength, "\(name) is longer than \(limit) bytes.") }
        return bytes
    }

    func read(_ name: String, at offset: UInt64, into slice: BufferSlice) throws(StoreError) {
        guard let bytes = try own(name) else { return try base.read(name, at: offset, into: slice) }
        guard offset <= UInt64(bytes.count), slice.count <= bytes.count - Int(offset) else {
            throw StoreError(.wrongLength, "\(name) ends at byte \(bytes.count).")
        }
        slice.withMutableBytes { $0.copyBytes(from: bytes[Int(offset)..<Int(offset) + $0.count]) }
    }

    func length(of name: String) throws(StoreError) -> UInt64? {
        let known = state.withLock { state in (state.lengths[name], state.removed.contains(name)) }
        if known.1 { return nil }
        if let length = known.0 { return length }
        return try base.length(of: name)
    }

    /// What was written here; nil for what lies below. Throws `notFound` for what was removed.
    private func own(_ name: String) throws(StoreError) -> [UInt8]? {
        let known = state.withLock { state in (state.written[name], state.removed.contains(name)) }
        if known.1 { throw StoreError(.notFound, "\(name) does not exist.") }
        return known.0
    }

    func list(_ prefix: String) throws(StoreError) -> [String] {
        let below = try base.list(prefix)
        return state.withLock { state in
            below.filter { state.written[$0] == nil && !state.removed.contains($0) }
                + state.written.keys.filter { $0.hasPrefix(prefix) }
        }
    }

    func create(_ name: String, _ parts: [BufferSlice]) throws(StoreError) -> Bool {
        try create(name, parts.flatMap { part in part.withBytes { Array($0) } })
    }

    func create(_ name: String, _ bytes: [UInt8]) throws(StoreError) -> Bool {
        guard try length(of: name) == nil else { return false }
        try replace(name, bytes)
        return true
    }

    func replace(_ name: String, _ bytes: [UInt8]) throws(StoreError) {
        state.withLock { state in
            // Of what is left of a pack only the table is ever read again; the frames would fill the memory.
            let isHollow = name.hasSuffix(ObjectName.hollowSuffix)
            state.written[name] = isHollow ? Array(bytes.prefix(Self.hollowTable)) : bytes
            state.lengths[name] = UInt64(bytes.count)
            state.removed.remove(name)
        }
    }

    /// Nothing is shared here.
    func exclusively<Result>(_ name: String, _ body: () throws -> Result) throws -> Result { try body() }

    func remove(_ names: [String]) throws(StoreError) {
        state.withLock { state in
            for name in names {
                state.written[name] = nil
                state.lengths[name] = nil
                state.removed.insert(name)
            }
        }
    }

    private final class NoLease: WriterLease {
        let name = "\(ObjectName.leases)rehearsal"
    }

    func lease() throws(StoreError) -> any WriterLease { NoLease() }
    func heldLeases(removingDead: Bool) throws(StoreError) -> Set<String> { try base.heldLeases(removingDead: false) }
    /// Left to the real run: what lies there is nobody's moment.
    func removeLeftovers(before limit: Int64) throws(StoreError) -> UInt64 { 0 }
}
