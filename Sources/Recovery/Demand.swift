internal import Repository
internal import RepositoryFormat

/// What the disks of a plan need from the packs, by one walk over their maps: a bit for each chunk, and a sample of places.
///
/// Memory: an eighth of a byte a chunk of the packs concerned.
struct Demand {
    /// One place of the sample that decides whether the targets are compared.
    struct Sample: Sendable {
        var disk: UInt32
        var start: UInt64
        var sectors: UInt64
        var pack: UInt32
        var chunk: UInt32
    }

    /// Spread over the plan; few enough that even a slow disk reads them in about a second.
    static let sampleSize = 128

    /// Needed chunks of each pack as bits, by the pack's number in the view's table.
    private(set) var chunks: [[UInt64]] = []
    private(set) var samples: [Sample] = []
    /// Of each disk: what must be written and what must be zeroed.
    private(set) var dataSectors: [UInt32: UInt64] = [:]

    /// Walks the maps of `disks`. Throws `damaged`, `unreachable` and whatever the store throws.
    init(of disks: [DiskRecord], in content: RestoreContent, isInterrupted: () -> Bool) throws {
        let extents = disks.reduce(0) { $0 + $1.extents }
        let stride = max(1, extents / UInt64(Self.sampleSize))
        var count: UInt64 = 0
        for disk in disks {
            try content.extents(of: disk) { extent in
                guard extent.kind == .data else { return }
                try note(extent.place)
                dataSectors[disk.number, default: 0] += extent.length
                if count % stride == 0, samples.count < Self.sampleSize, extent.place.offset == 0 {
                    samples.append(
                        Sample(
                            disk: disk.number, start: extent.start, sectors: extent.length, pack: extent.place.pack,
                            chunk: extent.place.chunk))
                }
                count += 1
                if count % 65_536 == 0, isInterrupted() { throw RecoveryError.interruptedBeforeWriting }
            }
        }
    }

    private mutating func note(_ place: Place) throws(RepositoryError) {
        guard place.chunk < Limits.chunksInPack else {
            throw RepositoryError(.damaged, "A map names chunk \(place.chunk) of a pack: no pack has so many.")
        }
        let pack = Int(place.pack)
        while chunks.count <= pack { chunks.append([]) }
        let word = Int(place.chunk / 64)
        if chunks[pack].count <= word {
            chunks[pack].append(contentsOf: repeatElement(0, count: word + 1 - chunks[pack].count))
        }
        chunks[pack][word] |= 1 << UInt64(place.chunk % 64)
    }

    /// Numbers of the packs that are needed.
    var packs: [UInt32] { chunks.indices.filter { !chunks[$0].isEmpty }.map(UInt32.init) }

    /// Stored bytes of the frames of a pack that hold needed chunks; nil when the map names chunks that it does not have.
    func storedBytes(ofPack pack: UInt32, _ index: PackIndex) -> UInt64? {
        let bits = chunks[Int(pack)]
        guard let last = bits.indices.last(where: { bits[$0] != 0 }),
            last * 64 + 63 - bits[last].leadingZeroBitCount < index.chunks.count
        else { return nil }
        var total: UInt64 = 0
        for (number, frame) in index.frames.enumerated() {
            let needed = index.chunks(ofFrame: number).contains { chunk in
                chunk / 64 < bits.count && bits[chunk / 64] >> UInt64(chunk % 64) & 1 == 1
            }
            if needed { total += UInt64(frame.storedLength) }
        }
        return total
    }
}

/// What the pre-flight found: all needed packs are there and their indexes are sound.
package struct DemandSummary: Hashable, Sendable {
    package var packs: Int
    package var storedBytes: UInt64

    package init(packs: Int, storedBytes: UInt64) {
        self.packs = packs
        self.storedBytes = storedBytes
    }
}
