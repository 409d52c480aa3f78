internal import Digests
internal import RepositoryFormat
internal import Synchronization

/// Opened blocks of segments for look-ups of small ranges, the least recently used dropped first; bounded in extents.
final class BlockCache: Sendable {
    private struct Key: Hashable {
        let segment: Digest
        let block: Int
    }

    private struct State {
        var entries: [Key: (extents: [Extent], used: UInt64)] = [:]
        var clock: UInt64 = 0
        var extents = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    /// `capacity` in extents of 40 bytes.
    init(capacity: Int = 500_000) { self.capacity = capacity }

    func extents(of reader: LayerReader, block: Int) throws(RepositoryError) -> [Extent] {
        let key = Key(segment: reader.layer.index.digest, block: block)
        let known = state.withLock { state -> [Extent]? in
            state.clock += 1
            state.entries[key]?.used = state.clock
            return state.entries[key]?.extents
        }
        if let known { return known }
        let extents = try reader.extents(ofBlock: block)
        state.withLock { state in
            guard state.entries[key] == nil else { return }
            state.entries[key] = (extents, state.clock)
            state.extents += extents.count
            while state.extents > capacity, let oldest = state.entries.min(by: { $0.value.used < $1.value.used }) {
                state.extents -= oldest.value.extents.count
                state.entries[oldest.key] = nil
            }
        }
        return extents
    }
}
