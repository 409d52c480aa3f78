package import RepositoryFormat
internal import Synchronization

/// First chunks of the frames of every pack a capture may refer to: answers which frame holds a chunk.
package final class PackCatalog: Sendable {
    private let firstChunks = Mutex<[UInt32: [UInt32]]>([:])

    package init() {}

    package func add(_ index: PackIndex, pack: UInt32) {
        let list = index.frames.map { UInt32($0.firstChunk) }
        firstChunks.withLock { $0[pack] = list }
    }

    /// The frame that holds the place's chunk; nil when the pack was never added.
    package func frame(of place: Place) -> Int? {
        firstChunks.withLock { all in
            guard let list = all[place.pack] else { return nil }
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
