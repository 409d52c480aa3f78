import RepositoryFormat
import Zstd

/// What stands compressed inside objects, uncompressed: a fuzzer cannot guess zstd frames.
extension FuzzObject {
    static let bodies: [FuzzObject] = [
        FuzzObject(name: "extents", seeds: [Seeds.extents], parse: extents),
        FuzzObject(name: "records", seeds: [Seeds.records], parse: records),
        FuzzObject(name: "zstd", seeds: [Seeds.zstd]) { bytes, _ in
            var reader = ByteReader(bytes, subject: "The input")
            let length = try reader.count("bytes", limit: Limits.mapPage)
            let plain = try Decompressor().decompress(try reader.bytes(reader.remaining), length: length)
            precondition(plain.count == length, "another length than announced")
        },
    ]

    /// The body of a page: a zstd frame when it looks like one, else the bytes themselves.
    static func opened(_ body: ArraySlice<UInt8>, _ length: Int) throws(FormatError) -> [UInt8] {
        guard body.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) else { return Array(body) }
        do {
            return try Decompressor().decompress(body, length: length)
        } catch { throw FormatError(.damaged, "\(error)") }
    }

    static let disks = [
        SegmentDisk(id: Seeds.host, number: 0, sizeInBytes: 1 << 20),
        SegmentDisk(id: Seeds.host, number: 7, sizeInBytes: Limits.diskSize),
    ]

    /// A block with the values that an index part could have given it, and the body behind them.
    private static func block(_ input: [UInt8]) throws -> (block: SegmentBlock, body: [UInt8]) {
        var reader = ByteReader(input, subject: "The input")
        let entries = UInt32(try reader.integer(UInt16.self)) % UInt32(Limits.entriesInBlock) + 1
        let lower = try reader.integer(UInt64.self) % (Limits.diskSize / 512)
        let count = try reader.integer(UInt64.self) % (Limits.diskSize / 512 - lower) + 1
        let times = [try reader.integer(Int64.self), try reader.integer(Int64.self)].map { $0 >> 1 }.sorted()
        let block = SegmentBlock(
            disk: 0, entries: entries, range: lower..<lower + count, earliest: times[0], latest: times[1], offset: 0,
            storedLength: 1, plainLength: 1, digest: Seeds.digest(1))
        return (block, Array(try reader.bytes(reader.remaining)))
    }

    private static func extents(_ input: [UInt8], _: Bool) throws {
        let (block, body) = try block(input)
        let extents = try block.decodeExtents(body, packs: 3, subject: "The input")
        for (one, next) in zip(extents, extents.dropFirst()) { precondition(one.end <= next.start, "out of order") }
        same(extents) {
            let again = SegmentBlock.encode(extents: extents, from: block.range.lowerBound)
            return try block.decodeExtents(again, packs: 3, subject: "Its copy")
        }
    }

    private static func records(_ input: [UInt8], _: Bool) throws {
        let (block, body) = try block(input)
        let records = try block.decodeRecords(body, disks: disks, packs: 3, subject: "The input")
        same(records) {
            let again = SegmentBlock.encode(records: records) { $0 == 0 ? 0 : 1 }
            return try block.decodeRecords(again, disks: disks, packs: 3, subject: "Its copy")
        }
    }
}
