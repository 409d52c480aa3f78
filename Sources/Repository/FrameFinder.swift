internal import Digests
internal import RepositoryFormat

/// Answers which frame of its pack holds a chunk. Remembers the first chunks of every frame of the packs asked for: a few
/// hundred bytes a pack. One thread at a time.
final class FrameFinder {
    private let repository: Repository
    private let packs: PackTable
    private var firstChunks: [UInt32: [UInt32]] = [:]
    /// The last answer: places come in runs.
    private var last: (pack: UInt32, chunks: Range<UInt32>, frame: UInt32)?

    init(repository: Repository, packs: PackTable) {
        self.repository = repository
        self.packs = packs
    }

    func frame(of place: Place) throws(RepositoryError) -> UInt32 {
        if let last, last.pack == place.pack, last.chunks.contains(place.chunk) { return last.frame }
        let starts = try starts(of: place.pack)
        let frame = starts.partitioningIndex { $0 > place.chunk } - 1
        let end = frame + 1 < starts.count ? starts[frame + 1] : .max
        last = (place.pack, starts[frame]..<end, UInt32(frame))
        return UInt32(frame)
    }

    /// Takes in a pack that was stored just now: a capture token reads none.
    func note(_ index: PackIndex, pack: UInt32) {
        firstChunks[pack] = index.frames.map { UInt32($0.firstChunk) }
    }

    private func starts(of pack: UInt32) throws(RepositoryError) -> [UInt32] {
        if let known = firstChunks[pack] { return known }
        let starts = try repository.indexes.index(of: packs.id(pack)).frames.map { UInt32($0.firstChunk) }
        guard !starts.isEmpty else {
            throw RepositoryError(.damaged, "Pack \(packs.id(pack).hex.prefix(8)) has no frames.")
        }
        firstChunks[pack] = starts
        return starts
    }
}

/// The packs and frames that some extents use, numbered in the order of their first use.
struct FrameUse {
    private(set) var numbers: [UInt32: UInt32] = [:]
    private var order: [UInt32] = []
    private var frames: [[UInt32]] = []

    /// The pack's number in the list. `frame` is one of the pack.
    mutating func add(pack: UInt32, frame: UInt32) -> UInt32 {
        let number: UInt32
        if let known = numbers[pack] {
            number = known
        } else {
            number = UInt32(order.count)
            numbers[pack] = number
            order.append(pack)
            frames.append([])
        }
        if frames[Int(number)].last != frame {
            frames[Int(number)].append(frame)
            if frames[Int(number)].count > 1 << 16 { frames[Int(number)] = Array(Set(frames[Int(number)])) }
        }
        return number
    }

    var count: Int { order.count }

    func references(_ packs: PackTable) -> [PackReference] {
        order.indices.map { PackReference(pack: packs.id(order[$0]), frames: PageEncoder.ranges(frames[$0])) }
    }
}
