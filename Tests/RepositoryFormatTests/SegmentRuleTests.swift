import Digests
import FoundationEssentials
import RepositoryFormat
import Testing

/// What segments must not say, each broken once, and what they may say at its limits (docs/format.md, sections 3 and 10).
@Suite("Rules of segments")
struct SegmentRuleTests {
    private func decode(_ index: SegmentIndex, following: Int? = nil) throws -> SegmentIndex {
        let length = Int(index.inline.packLength)
        let own = SegmentIndex.byteCount(
            disks: index.disks.count, packs: index.packs, blocks: index.blocks.count,
            frames: index.inline.frames.count, chunks: index.inline.chunks.count)
        let bytes = index.encoded(following: following ?? length - own)
        return try SegmentIndex.decode(bytes, digest: Samples.digest(1), objectLength: UInt64(length))
    }

    @Test("the segments that the others break are otherwise good")
    func sound() throws {
        #expect(try decode(Samples.journal) == Samples.journal)
        #expect(try decode(Samples.delta) == Samples.delta)
    }

    @Test(
        "a journal that contradicts itself is refused",
        arguments: [
            { $0.base = $0.last }, { $0.base.epoch = 4 }, { $0.endTime = 999 }, { $0.endTime = 3_001 },
            { $0.entries = 3 }, { $0.last.sequence = 3 }, { $0.base = Samples.position(3, 1) },
            { $0.blocks[0].entries = 1 }, { $0.blocks[0].range = 1..<3 }, { $0.blocks[0].range = 0..<3 },
            { $0.blocks[0].earliest = 999 }, { $0.blocks[0].latest = 3_001 }, { $0.blocks[0].earliest = 3_001 },
            { $0.blocks[0].offset += 1 }, { $0.blocks[0].storedLength = 39 }, { $0.blocks[0].storedLength = 0 },
            { $0.blocks[0].plainLength = 0 }, { $0.blocks[0].disk = 1 }, { $0.disks[0].sizeInBytes = 0 },
            { $0.disks[0].sizeInBytes += 1 }, { $0.blocks.removeAll() }, { $0.kind = .delta },
        ] as [@Sendable (inout SegmentIndex) -> Void])
    func journals(change: @Sendable (inout SegmentIndex) -> Void) {
        var index = Samples.journal
        change(&index)
        #expect(throws: FormatError.self) { try decode(index, following: 552) }
    }

    @Test(
        "a delta that contradicts itself is refused",
        arguments: [
            { $0.blocks[0].range = 100..<4_097 }, { $0.blocks[0].disk = 1 }, { $0.blocks[0].latest = 1 },
            { $0.blocks[0].earliest = -1 }, { $0.disks.append($0.disks[0]) }, { $0.disks = [] }, { $0.kind = .journal },
            { $0.entries = 3 }, { $0.inline = Samples.journal.inline },
        ] as [@Sendable (inout SegmentIndex) -> Void])
    func deltas(change: @Sendable (inout SegmentIndex) -> Void) {
        var index = Samples.delta
        change(&index)
        #expect(throws: FormatError.self) { try decode(index) }
    }

    @Test("blocks of a delta stand in the order of disks and sectors and do not overlap")
    func blockOrder() throws {
        func index(_ second: (disk: UInt32, range: Range<UInt64>)) -> SegmentIndex {
            var index = Samples.delta
            index.disks = Samples.segmentDisks
            index.blocks.append(index.blocks[0])
            (index.blocks[1].disk, index.blocks[1].range) = second
            index.entries = 8
            let start = UInt64(SegmentIndex.byteCount(disks: 2, packs: index.packs, blocks: 2, frames: 0, chunks: 0))
            (index.blocks[0].offset, index.blocks[1].offset) = (start, start + 30)
            index.inline = Samples.nothing(from: start + 60)
            return index
        }
        for good in [(0, 174..<200), (1, 0..<10)] as [(UInt32, Range<UInt64>)] {
            #expect(throws: Never.self) { try decode(index(good)) }
        }
        for bad in [(0, 173..<200), (0, 0..<100), (0, 100..<174)] as [(UInt32, Range<UInt64>)] {
            #expect(throws: FormatError.self) { try decode(index(bad)) }
        }
    }

    @Test(
        "counts above their limits are refused by name before anything is allocated for them",
        arguments: [
            (120, "disks", Limits.disksInMap), (124, "packs", Limits.packsInSegment),
            (128, "blocks", Limits.blocksInSegment), (132, "frames", Limits.framesInPack),
            (136, "chunks", Limits.chunksInPack), (152 + 32 + 32, "frame ranges", Limits.framesInPack),
            (228 + 4, "entries of a block", Limits.entriesInBlock),
            (228 + 48, "stored bytes of a block", Limits.segmentBlock + (64 << 10)),
            (228 + 52, "bytes of a block", Limits.segmentBlock),
        ])
    func counts(offset: Int, name: String, limit: Int) {
        for value in [UInt32(limit) + 1, UInt32.max] {
            var bytes = Samples.journal.encoded(following: 552)
            withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(offset..<offset + 4, with: $0) }
            let error = #expect(throws: FormatError.self) {
                try SegmentIndex.decode(bytes, digest: Samples.digest(1), objectLength: 960)
            }
            #expect(error?.code == .aboveLimit && error?.message.contains(" \(name);") == true)
        }
    }

    @Test(
        "numbers of 64 bits at their ends are refused, wherever they stand",
        arguments: [24, 48, 56, 64, 72, 88, 96, 104, 112, 144, 176, 236, 244, 252, 260, 268, 316])
    func extremes(offset: Int) {
        // All ones are the time −1, which may be.
        let values: [UInt64] = [1 << 63, (1 << 63) - 1, (1 << 62) + 1]
        for value in values + (offset == 88 ? [] : [.max]) {
            var bytes = Samples.journal.encoded(following: 552)
            withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(offset..<offset + 8, with: $0) }
            // Whatever the history says of the object's length.
            for length in [960, value] {
                #expect(throws: FormatError.self, "\(value) at \(offset)") {
                    try SegmentIndex.decode(bytes, digest: Samples.digest(1), objectLength: length)
                }
            }
        }
    }

    @Test("frames inside a segment have a limit of their own, for a roll-up holds them in memory")
    func framesInside() throws {
        func index(frames: Int) throws -> SegmentIndex {
            var index = Samples.journal
            let start = SegmentIndex.byteCount(
                disks: 1, packs: index.packs, blocks: 1, frames: frames, chunks: 4 * frames)
            index.blocks[0].offset = UInt64(start)
            index.inline = try PackIndex(
                frames: (0..<frames).map { number in
                    FrameRecord(
                        offset: UInt64(start + 40 + number << 22), storedLength: 4 << 20, plainLength: 4 << 20,
                        firstChunk: 4 * number, codec: .stored, digest: Samples.digest(1))
                },
                chunks: (0..<4 * frames).map { _ in ChunkRecord(length: 1 << 20, identity: Samples.digest(2)) },
                from: UInt64(start + 40))
            return index
        }
        #expect(throws: Never.self) { try decode(index(frames: 4)) }
        let error = #expect(throws: FormatError.self) { try decode(index(frames: 5)) }
        #expect(error?.code == .aboveLimit)
    }
}
