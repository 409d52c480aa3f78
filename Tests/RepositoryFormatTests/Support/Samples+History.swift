import Digests
import RepositoryFormat

/// A history and segments, small enough to be written out by hand.
extension Samples {
    static func position(_ epoch: UInt64, _ sequence: UInt64) -> Position {
        Position(epoch: epoch, sequence: sequence)
    }

    static let entries = HistoryEntries(
        moments: [moment()],
        layers: [
            Layer(
                kind: .journal, level: 0, hasClockSteps: true, granularityInMilliseconds: 0, base: position(2, 1),
                last: position(3, 2), earliest: 1_000, latest: 3_000, endTime: 2_000,
                index: ObjectReference(digest: digest(0x5e), length: 408), length: 960, entries: 2),
            Layer(
                kind: .delta, level: 1, hasClockSteps: false, granularityInMilliseconds: 300_000, base: position(2, 1),
                last: position(3, 40), earliest: -1, latest: 3_000, endTime: 3_000,
                index: ObjectReference(digest: digest(0x5f), length: 368), length: 398, entries: 4),
        ],
        gaps: [
            Gap(reason: .hostOff, from: position(3, 10), to: position(3, 11), fromTime: 2_000, toTime: 3_000),
            Gap(reason: .degraded, from: position(3, 40), to: nil, fromTime: 3_000, toTime: nil),
        ], marks: [Mark(position: position(3, 10), time: 2_000, kind: .label, label: "ü")])

    static let longHead: Head = {
        var head = Samples.head()
        head.epoch = 3
        head.entries = entries
        head.manifests = [
            ManifestReference(
                object: ObjectReference(digest: digest(0x77), length: 500), first: position(1, 1),
                last: position(2, 1), earliest: -1, latest: 1_000, entries: 9)
        ]
        head.retention = "all 24h"
        return head
    }()

    static let segmentDisks = [
        SegmentDisk(id: disk, number: 3, sizeInBytes: 2 << 20),
        SegmentDisk(id: host, number: 9, sizeInBytes: 1 << 60),
    ]

    /// Two records; one frame inside.
    static let journal: SegmentIndex = {
        let frame = FrameRecord(
            offset: 448, storedLength: 512, plainLength: 512, firstChunk: 0, codec: .stored, digest: digest(0xf1))
        let inline = try? PackIndex(
            frames: [frame], chunks: [ChunkRecord(length: 512, identity: digest(0xc2))], from: 448)
        return SegmentIndex(
            host: host, kind: .journal, hasClockSteps: true, granularityInMilliseconds: 0, base: position(2, 1),
            last: position(3, 2), earliest: 1_000, latest: 3_000, endTime: 2_000, entries: 2,
            disks: [segmentDisks[0]], packs: [packs[1]],
            blocks: [
                SegmentBlock(
                    disk: 0, entries: 2, range: 0..<2, earliest: 1_000, latest: 3_000, offset: 408, storedLength: 40,
                    plainLength: 80, digest: digest(0xb0))
            ], inline: inline ?? nothing(from: 448))
    }()

    static let delta = SegmentIndex(
        host: host, kind: .delta, hasClockSteps: false, granularityInMilliseconds: 300_000, base: position(2, 1),
        last: position(3, 40), earliest: -1, latest: 3_000, endTime: 3_000, entries: 4, disks: [segmentDisks[0]],
        packs: packs,
        blocks: [
            SegmentBlock(
                disk: 0, entries: 4, range: 100..<174, offset: 368, storedLength: 30, plainLength: 17,
                digest: digest(0xb1))
        ], inline: nothing(from: 398))

    static func nothing(from start: UInt64) -> PackIndex {
        guard let index = try? PackIndex(frames: [], chunks: [], from: start) else { fatalError("no empty pack index") }
        return index
    }

    /// Records of every kind, on the two disks, with a clock that is set back.
    static let records = [
        JournalRecord(time: 5_000_000, disk: 3, kind: .data, start: 8, length: 8, place: Place(pack: 0, chunk: 5)),
        JournalRecord(time: 5_001_000, disk: 3, kind: .zero, start: 16, length: 100),
        JournalRecord(
            time: 4_001_000, disk: 9, kind: .data, start: 300, length: 2, place: Place(pack: 0, chunk: 6, offset: 2)),
        JournalRecord(time: 4_001_000, disk: 9, kind: .discard, start: 302, length: 1_000),
        JournalRecord(time: 1_004_001_000, disk: 3, kind: .tick, start: 0, length: 0),
    ]
    static let recordBlock = SegmentBlock(
        disk: 0, entries: 5, range: 0..<5, earliest: 4_001_000, latest: 1_004_001_000, offset: 0, storedLength: 1,
        plainLength: 1, digest: digest(1))

    /// Extents of every kind of a delta, with a gap.
    static let changes = [
        Extent(start: 100, length: 8, kind: .data, place: Place(pack: 0, chunk: 5)),
        Extent(start: 108, length: 10, kind: .zero),
        Extent(start: 150, length: 4, kind: .data, place: Place(pack: 0, chunk: 2, offset: 3)),
        Extent(start: 154, length: 20, kind: .unused),
    ]
    static let extentBlock = delta.blocks[0]

    static func body(of records: [JournalRecord]) -> [UInt8] {
        SegmentBlock.encode(records: records) { $0 == 3 ? 0 : 1 }
    }

    static func records(_ body: [UInt8], in block: SegmentBlock = recordBlock) throws -> [JournalRecord] {
        try block.decodeRecords(body, disks: segmentDisks, packs: 2, subject: "A block")
    }

    static func extents(_ body: [UInt8], in block: SegmentBlock = extentBlock) throws -> [Extent] {
        try block.decodeExtents(body, packs: 2, subject: "A block")
    }
}
