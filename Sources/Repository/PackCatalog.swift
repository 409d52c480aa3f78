package import RepositoryFormat
internal import Synchronization

/// First chunks of the frames of every pack a capture may refer to: answers which frame holds a chunk.
package final class PackCatalog: Sendable {
    private struct State {
        var firstChunks: [UInt32: [UInt32]] = [:]
        /// Of packs whose index was not read: frames of single chunks, as a server told.
        var single: [UInt64: UInt32] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package func add(_ index: PackIndex, pack: UInt32) {
        let list = index.frames.map { UInt32($0.firstChunk) }
        state.withLock { $0.firstChunks[pack] = list }
    }

    /// Adds one chunk of a pack whose index is not at hand.
    func add(frame: UInt32, of place: Place) { state.withLock { $0.single[Self.key(place)] = frame } }

    private static func key(_ place: Place) -> UInt64 { UInt64(place.pack) << 32 | UInt64(place.chunk) }

    /// The frame that holds the place's chunk; nil when the pack was never added.
    package func frame(of place: Place) -> Int? {
        state.withLock { state in
            guard let list = state.firstChunks[place.pack] else { return state.single[Self.key(place)].map(Int.init) }
            var low = 0
            var high = list.count
            while high - low > 1 {
                let middle = (low + high) / 2
                if list[middle] <= place.chunk { low = middle } else { high = middle }
            }
            return low
        }
    }
}
