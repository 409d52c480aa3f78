internal import Buffers
internal import Digests
internal import LinuxSystem
package import Repository
internal import RepositoryFormat
internal import Synchronization

/// Reads packs of a moment for some seconds, as a restore does, to tell how fast one could be. What is read is counted and dropped.
package struct ThroughputProbe: Sendable {
    package struct Result: Hashable, Sendable {
        package var bytes: UInt64
        package var nanoseconds: UInt64
        package var requests: Int

        package var bytesPerSecond: Double { nanoseconds == 0 ? 0 : Double(bytes) * 1e9 / Double(nanoseconds) }
    }

    /// At most so many packs are looked up: of some 32 MiB each, they are more than most networks bring in a few seconds.
    private static let mostPacks = 64
    /// How long they may be looked for: a map without data may be long, and a network slow.
    private static let patienceInNanoseconds: UInt64 = 10_000_000_000

    private struct Piece: Sendable {
        var object: String
        var offset: UInt64
        var count: Int
    }

    /// Throws `RepositoryError`: also `noMoment` when the moment has no data at all.
    package static func run(
        _ view: View, seconds: Double = 5, isInterrupted: @escaping @Sendable () -> Bool = { false }
    ) throws -> Result {
        let pieces = try pieces(of: view)
        guard !pieces.isEmpty else {
            throw RepositoryError(.noMoment, "This moment has no data that could be read.")
        }
        let start = Clocks.monotonicNanoseconds
        let end = start + UInt64(seconds * 1e9)
        let next = SharedCount(0)
        let bytes = SharedBytes()
        let store = view.repository.store
        let readers = try (0..<RestoreEngine.workerCount).map { _ in
            try WorkerThread<Void, RepositoryError>("probe") { () throws(RepositoryError) in
                let buffer = AlignedBuffer(capacity: FetchPlanner.jobLength)
                while Clocks.monotonicNanoseconds < end, !isInterrupted(), let number = next.take(below: pieces.count) {
                    let piece = pieces[number]
                    do throws(StoreError) {
                        try store.read(piece.object, at: piece.offset, into: buffer[0..<piece.count])
                    } catch { throw RepositoryError(error, object: piece.object) }
                    bytes.count.add(UInt64(piece.count), ordering: .relaxed)
                    bytes.requests.add(1, ordering: .relaxed)
                }
            }
        }
        var failure: RepositoryError?
        for reader in readers {
            do throws(RepositoryError) { try reader.join() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        return Result(
            bytes: bytes.count.load(ordering: .relaxed), nanoseconds: Clocks.monotonicNanoseconds - start,
            requests: bytes.requests.load(ordering: .relaxed))
    }

    private final class SharedBytes: Sendable {
        let count = Atomic<UInt64>(0)
        let requests = Atomic<Int>(0)
    }

    /// The frames of the moment's packs, in requests as a restore makes them.
    private static func pieces(of view: View) throws -> [Piece] {
        struct Enough: Error {}
        var seen: Set<Digest> = []
        var order: [Digest] = []
        let end = Clocks.monotonicNanoseconds + patienceInNanoseconds
        do {
            for disk in view.root.disks {
                try view.extents(of: disk) { extent in
                    guard extent.kind == .data else { return }
                    let pack = view.packs.id(extent.place.pack)
                    if seen.insert(pack).inserted { order.append(pack) }
                    if order.count >= mostPacks || Clocks.monotonicNanoseconds > end { throw Enough() }
                }
            }
        } catch is Enough {}
        let indexes = view.repository.indexes
        return try order.flatMap { pack -> [Piece] in
            guard Clocks.monotonicNanoseconds < end || pack == order[0] else { return [] }
            let frames = try indexes.index(of: pack).frames.filter { $0.storedLength > 0 }
            let object = indexes.objectName(of: pack)
            var pieces: [Piece] = []
            for frame in frames {
                if var last = pieces.last, last.offset + UInt64(last.count) == frame.offset,
                    last.count + frame.storedLength <= FetchPlanner.jobLength
                {
                    last.count += frame.storedLength
                    pieces[pieces.count - 1] = last
                } else {
                    pieces.append(Piece(object: object, offset: frame.offset, count: frame.storedLength))
                }
            }
            return pieces
        }
    }
}
