internal import Buffers
internal import Digests
internal import RepositoryFormat
internal import Zstd

/// What a segment is about, apart from its content.
struct SegmentSubject: Sendable {
    var host: HostIdentifier
    var base: Position
    var last: Position
    var earliest: Int64
    var latest: Int64
    var endTime: Int64
    var hasClockSteps: Bool
    var granularityInMilliseconds: UInt32
    var level: UInt8
    var disks: [SegmentDisk]
}

/// Turns records and extents into segment objects. One thread at a time.
final class SegmentStore {
    /// As `Place.pack` of a record: the chunk is one of the frames inside the segment.
    static let inlinePack = UInt32.max

    /// Entries of a block: a look-up opens whole blocks, one in every layer.
    private static let entriesInBlock = 1_024

    private let store: any WritableObjectStore
    private let packs: PackTable
    private let frames: FrameFinder
    private let compressor = Compressor(level: 3)

    init(store: any WritableObjectStore, packs: PackTable, frames: FrameFinder) {
        self.store = store
        self.packs = packs
        self.frames = frames
    }

    /// Stores a journal. `inline` are the frames it carries, their offsets counted from the first one's start.
    func storeJournal(
        _ records: [JournalRecord], _ subject: SegmentSubject,
        inline: (frames: [FrameRecord], chunks: [ChunkRecord], bytes: BufferSlice)? = nil
    ) throws(RepositoryError) -> Layer {
        var use = FrameUse()
        var records = records
        for index in records.indices where records[index].kind == .data && records[index].place.pack != Self.inlinePack
        {
            let place = records[index].place
            records[index].place.pack = use.add(pack: place.pack, frame: try frames.frame(of: place))
        }
        let own = UInt32(use.count)
        if inline != nil {
            for index in records.indices
            where records[index].kind == .data && records[index].place.pack == Self.inlinePack {
                records[index].place.pack = own
            }
        }
        let numbers = Dictionary(uniqueKeysWithValues: subject.disks.enumerated().map { ($1.number, $0) })
        var assembly = SegmentAssembly()
        for start in stride(from: 0, to: records.count, by: Self.entriesInBlock) {
            let part = records[start..<min(start + Self.entriesInBlock, records.count)]
            let body = SegmentBlock.encode(records: part) { numbers[$0] ?? 0 }
            let times = part.lazy.map(\.time)
            try assembly.add(
                body, compressor, disk: 0, entries: part.count, range: UInt64(start)..<UInt64(start + part.count),
                earliest: times.min() ?? 0, latest: times.max() ?? 0)
        }
        return try finish(assembly, subject, kind: .journal, use: use, inline: inline)
    }

    /// Stores a delta. `extents` is called for every disk of the subject in order and hands out its changed extents.
    func storeDelta(
        _ subject: SegmentSubject, extents: (SegmentDisk, (Extent) throws -> Void) throws -> Void
    ) throws -> Layer {
        var use = FrameUse()
        var assembly = SegmentAssembly()
        for (number, disk) in subject.disks.enumerated() {
            var block: [Extent] = []
            block.reserveCapacity(Self.entriesInBlock)
            func close() throws {
                guard let first = block.first, let last = block.last else { return }
                try assembly.add(
                    SegmentBlock.encode(extents: block, from: first.start), compressor, disk: UInt32(number),
                    entries: block.count, range: first.start..<last.end)
                block.removeAll(keepingCapacity: true)
            }
            try extents(disk) { extent in
                var extent = extent
                if extent.kind == .data {
                    extent.place.pack = use.add(pack: extent.place.pack, frame: try frames.frame(of: extent.place))
                }
                block.append(extent)
                if block.count == Self.entriesInBlock { try close() }
            }
            try close()
        }
        return try finish(assembly, subject, kind: .delta, use: use, inline: nil)
    }

    private func finish(
        _ assembly: SegmentAssembly, _ subject: SegmentSubject, kind: Layer.Kind, use: FrameUse,
        inline: (frames: [FrameRecord], chunks: [ChunkRecord], bytes: BufferSlice)?
    ) throws(RepositoryError) -> Layer {
        let references = use.references(packs)
        let indexLength = SegmentIndex.byteCount(
            disks: subject.disks.count, packs: references, blocks: assembly.blocks.count,
            frames: inline?.frames.count ?? 0, chunks: inline?.chunks.count ?? 0)
        let framesStart = UInt64(indexLength + assembly.bytes.count)
        let own = try decoding { () throws(FormatError) in
            try PackIndex(
                frames: (inline?.frames ?? []).map { frame in
                    var frame = frame
                    frame.offset += framesStart
                    return frame
                }, chunks: inline?.chunks ?? [], from: framesStart)
        }
        let index = SegmentIndex(
            host: subject.host, kind: kind, hasClockSteps: subject.hasClockSteps,
            granularityInMilliseconds: subject.granularityInMilliseconds, base: subject.base, last: subject.last,
            earliest: subject.earliest, latest: subject.latest, endTime: subject.endTime, entries: assembly.entries,
            disks: subject.disks, packs: references, blocks: assembly.blocks(shiftedBy: UInt64(indexLength)),
            inline: own)
        let inlineCount = inline?.bytes.count ?? 0
        let head = index.encoded(following: assembly.bytes.count + inlineCount)
        let digest = SHA256.digest(of: head)
        let name = ObjectName.segment(host: subject.host, last: subject.last, digest: digest)
        do {
            if let inline {
                let start = AlignedBuffer(capacity: head.count + assembly.bytes.count)
                start.all.withMutableBytes { target in
                    target.copyBytes(from: head)
                    UnsafeMutableRawBufferPointer(rebasing: target[head.count...]).copyBytes(from: assembly.bytes)
                }
                _ = try store.ensure(name, [start[0..<head.count + assembly.bytes.count], inline.bytes])
            } else {
                _ = try store.ensure(name, head + assembly.bytes)
            }
        } catch { throw RepositoryError(error, object: "Segment \(digest.hex.prefix(8))") }
        return Layer(
            kind: kind, level: subject.level, hasClockSteps: subject.hasClockSteps,
            granularityInMilliseconds: subject.granularityInMilliseconds, base: subject.base, last: subject.last,
            earliest: subject.earliest, latest: subject.latest, endTime: subject.endTime,
            index: ObjectReference(digest: digest, length: UInt64(head.count)),
            length: UInt64(head.count + assembly.bytes.count + inlineCount), entries: assembly.entries)
    }
}

/// Blocks of a segment as they grow; offsets count from the first block.
struct SegmentAssembly {
    private(set) var bytes: [UInt8] = []
    private(set) var blocks: [SegmentBlock] = []
    private(set) var entries: UInt64 = 0

    mutating func add(
        _ body: [UInt8], _ compressor: borrowing Compressor, disk: UInt32, entries count: Int, range: Range<UInt64>,
        earliest: Int64 = 0, latest: Int64 = 0
    ) throws(RepositoryError) {
        let stored: [UInt8]
        do {
            stored = try compressor.compress(body)
        } catch { throw RepositoryError(.inputOutput, "A block of a segment could not be compressed: \(error).") }
        blocks.append(
            SegmentBlock(
                disk: disk, entries: UInt32(count), range: range, earliest: earliest, latest: latest,
                offset: UInt64(bytes.count), storedLength: stored.count, plainLength: body.count,
                digest: SHA256.digest(of: stored)))
        bytes += stored
        entries += UInt64(count)
    }

    func blocks(shiftedBy offset: UInt64) -> [SegmentBlock] {
        blocks.map { block in
            var block = block
            block.offset += offset
            return block
        }
    }
}
