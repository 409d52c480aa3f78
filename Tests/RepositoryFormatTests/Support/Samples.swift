import Digests
import FoundationEssentials
import RepositoryFormat

/// One value of every kind of object, small enough to be written out by hand.
enum Samples {
    static let host = UUID(uuidString: "00112233-4455-6677-8899-AABBCCDDEEFF") ?? UUID()
    static let disk = UUID(uuidString: "F0E0D0C0-B0A0-9080-7060-504030201000") ?? UUID()

    /// A digest whose 32 bytes are all the same.
    static func digest(_ byte: UInt8) -> Digest {
        [UInt8](repeating: byte, count: 32).withUnsafeBytes { Digest(bytes: $0) }
    }

    static func index() throws -> PackIndex {
        try PackIndex(
            frames: [
                FrameRecord(
                    offset: 32, storedLength: 1_000, plainLength: 12_288, firstChunk: 0, codec: .zstd,
                    digest: digest(0xf0)),
                FrameRecord(
                    offset: 1_032, storedLength: 512, plainLength: 512, firstChunk: 2, codec: .stored,
                    digest: digest(0xf1)),
            ],
            chunks: [
                ChunkRecord(length: 4_096, identity: digest(0xc0)), ChunkRecord(length: 8_192, identity: digest(0xc1)),
                ChunkRecord(length: 512, identity: digest(0xc2)),
            ])
    }

    /// Extents of a leaf of 100 sectors that use every kind of record.
    static let extents = [
        Extent(start: 0, length: 8, kind: .data, place: Place(pack: 0, chunk: 5)),
        Extent(start: 8, length: 8, kind: .data, place: Place(pack: 0, chunk: 6)),
        Extent(start: 16, length: 10, kind: .zero),
        Extent(start: 26, length: 4, kind: .data, place: Place(pack: 0, chunk: 2, offset: 3)),
        Extent(start: 30, length: 20, kind: .unused),
        Extent(start: 50, length: 10, kind: .data, place: Place(pack: 1, chunk: 3, offset: 300)),
        Extent(start: 60, length: 40, kind: .unknown),
    ]
    static let packs = [
        PackReference(pack: digest(0xaa), frames: [0..<2, 4..<5]), PackReference(pack: digest(0xbb), frames: [7..<8]),
    ]

    /// Leaves with the body as it is: what compression makes of it is not the format's business.
    static func leaf() -> [UInt8] {
        let body = MapPage.encodeBody(of: extents)
        return MapPage.encodeLeaf(
            level: 0, extents: extents.count, packs: packs, plainLength: body.count, compressedBody: body)
    }

    static func decodeLeaf(_ bytes: [UInt8], sectors: UInt64 = 100) throws(FormatError) -> MapPage {
        try MapPage.decode(bytes, digest: digest(1), level: 0, sectors: sectors, decompress: stored)
    }

    /// Stands in for zstd.
    static func stored(_ body: ArraySlice<UInt8>, _ length: Int) throws(FormatError) -> [UInt8] {
        guard body.count == length else { throw FormatError(.damaged, "a body of \(body.count) instead of \(length)") }
        return Array(body)
    }

    static var children: [NodeReference] {
        var list = [
            NodeReference(content: .page(digest(0xd0), length: 500), level: 0, extents: 7),
            NodeReference(content: .uniform(.zero), level: 0, extents: 1),
            NodeReference(content: .uniform(.unused), level: 0, extents: 1),
            NodeReference(content: .uniform(.unknown), level: 0, extents: 1),
        ]
        while list.count < 16 { list.append(NodeReference(content: .beyondDisk, level: 0, extents: 0)) }
        return list
    }

    static var root: MapRoot {
        var record = DiskRecord(
            id: disk, number: 3, logicalSectorSize: 512, physicalSectorSize: 4_096, sizeInBytes: 2 << 20,
            root: NodeReference(content: .page(digest(0xd1), length: 816), level: 1, extents: 10))
        record.dataSectors = 1_000
        record.zeroSectors = 3_000
        record.unusedSectors = 96
        record.extents = 10
        record.pageBytes = 1_316
        return MapRoot(host: host, position: Position(epoch: 2, sequence: 9), time: -2, disks: [record])
    }

    static func moment(epoch: UInt64 = 2, label: String = "before the upgrade ü") -> Moment {
        Moment(
            position: Position(epoch: epoch, sequence: 1), time: 0x0102_0304_0506_0708,
            scanStarted: 0x0102_0304_0506_0700,
            kind: .endOfScan, quality: .crashConsistent, map: ObjectReference(digest: digest(0xe0), length: 224),
            machine: ObjectReference(digest: digest(0xe1), length: 1_000), diskBytes: 2 << 20, dataBytes: 512_000,
            newPlainBytes: 400_000, newStoredBytes: 100_000, label: label)
    }

    static func head(number: UInt64 = 2) -> Head {
        Head(
            host: host, number: number, previous: number == 1 ? nil : digest(0x11), epoch: 2, time: 5,
            hostName: "web01",
            writer: "lifeboat 1", moments: [moment()])
    }
}
