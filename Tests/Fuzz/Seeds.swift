import Digests
import FoundationEssentials
import Repository
import RepositoryFormat
import Zstd

/// Small values of every kind, to start from.
enum Seeds {
    static let host = UUID(uuid: (0, 17, 34, 51, 68, 85, 102, 119, 136, 153, 170, 187, 204, 221, 238, 255))

    static func digest(_ byte: UInt8) -> Digest {
        [UInt8](repeating: byte, count: 32).withUnsafeBytes { Digest(bytes: $0) }
    }

    static let description = RepositoryDescription(
        id: host, created: "2026-11-22T18:00:00Z", chunker: ChunkerParameters(), createIfAbsent: true)
    static let hosts: HostList = {
        var list = HostList()
        list.hosts = [HostList.Host(id: host, name: "web01")]
        return list
    }()
    static let pointer = HeadPointer(host: host, number: 12, digest: digest(0x5a))

    static let entries = HistoryEntries(
        moments: [
            Moment(
                position: position(2, 1), time: 1_000, scanStarted: 900, kind: .endOfScan, quality: .crashConsistent,
                map: reference(1), machine: reference(2), diskBytes: 2 << 20, dataBytes: 512_000,
                newPlainBytes: 400_000, newStoredBytes: 100_000, label: "first")
        ],
        layers: [
            layer(.journal, 0, position(2, 1), position(3, 10), entries: 10),
            layer(.journal, 1, position(3, 10), position(3, 15), entries: 5),
            layer(.delta, 1, position(2, 1), position(3, 15), entries: 7),
        ],
        gaps: [
            Gap(reason: .hostOff, from: position(3, 10), to: position(3, 11), fromTime: 2_000, toTime: 3_000),
            Gap(reason: .degraded, from: position(3, 15), to: nil, fromTime: 3_000, toTime: nil),
        ], marks: [Mark(position: position(3, 10), time: 2_000, kind: .label, label: "before")])

    static let head: Head = {
        var head = Head(
            host: host, number: 2, previous: digest(0x11), epoch: 3, time: 5, hostName: "web01", writer: "lifeboat 1",
            moments: [])
        head.entries = entries
        head.manifests = [
            ManifestReference(
                object: reference(3), first: position(1, 1), last: position(2, 1), earliest: 0, latest: 1_000,
                entries: 7)
        ]
        head.retention = "all 24h"
        return head
    }()

    static let root: MapRoot = {
        var record = DiskRecord(
            id: host, number: 3, logicalSectorSize: 512, physicalSectorSize: 4_096, sizeInBytes: 2 << 20,
            root: NodeReference(content: .page(digest(0xd1), length: 816), level: 1, extents: 10))
        (record.dataSectors, record.zeroSectors, record.unusedSectors) = (1_000, 3_000, 96)
        (record.extents, record.pageBytes) = (10, 1_316)
        return MapRoot(host: host, position: position(2, 9), time: -2, disks: [record])
    }()

    static let packIndex: PackIndex? = inline(from: 32)

    /// Two frames of two and one chunks that start at a byte of their object.
    static func inline(from start: UInt64) -> PackIndex? {
        try? PackIndex(
            frames: [
                FrameRecord(
                    offset: start, storedLength: 100, plainLength: 12_288, firstChunk: 0, codec: .zstd,
                    digest: digest(0xf0)),
                FrameRecord(
                    offset: start + 100, storedLength: 512, plainLength: 512, firstChunk: 2, codec: .stored,
                    digest: digest(0xf1)),
            ],
            chunks: [4_096, 8_192, 512].map { ChunkRecord(length: $0, identity: digest(UInt8($0 >> 8))) }, from: start)
    }

    static func position(_ epoch: UInt64, _ sequence: UInt64) -> Position {
        Position(epoch: epoch, sequence: sequence)
    }

    static func reference(_ byte: UInt8) -> ObjectReference { ObjectReference(digest: digest(byte), length: 224) }

    private static func layer(
        _ kind: Layer.Kind, _ level: UInt8, _ base: Position, _ last: Position, entries: UInt64
    ) -> Layer {
        Layer(
            kind: kind, level: level, hasClockSteps: false, granularityInMilliseconds: kind == .delta ? 2 : 0,
            base: base, last: last, earliest: 1_000, latest: 3_000, endTime: 3_000, index: reference(9), length: 500,
            entries: entries)
    }
}
