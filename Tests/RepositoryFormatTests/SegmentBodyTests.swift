import Digests
import RepositoryFormat
import Testing

/// The bodies of blocks against damage, and against what a writer can put into them (docs/format.md, section 10.3).
@Suite("Bodies of blocks")
struct SegmentBodyTests {
    private static let records = Samples.body(of: Samples.records)
    private static let extents = SegmentBlock.encode(extents: Samples.changes, from: 100)

    @Test("cut off anywhere, or longer, are refused")
    func truncation() {
        for length in 0..<Self.records.count {
            #expect(throws: FormatError.self) { try Samples.records(Array(Self.records.prefix(length))) }
        }
        for length in 0..<Self.extents.count {
            #expect(throws: FormatError.self) { try Samples.extents(Array(Self.extents.prefix(length))) }
        }
        #expect(throws: FormatError.self) { try Samples.records(Self.records + [0]) }
        #expect(throws: FormatError.self) { try Samples.extents(Self.extents + [0]) }
    }

    @Test("with any one byte changed are refused or give other values, and never trap")
    func bytes() throws {
        for offset in Self.records.indices {
            for value in UInt8.min...UInt8.max where value != Self.records[offset] {
                var body = Self.records
                body[offset] = value
                guard let found = try? Samples.records(body) else { continue }
                #expect(try Samples.records(Samples.body(of: found)) == found)
            }
        }
        for offset in Self.extents.indices {
            for value in UInt8.min...UInt8.max where value != Self.extents[offset] {
                var body = Self.extents
                body[offset] = value
                guard let found = try? Samples.extents(body) else { continue }
                #expect(try Samples.extents(SegmentBlock.encode(extents: found, from: 100)) == found)
            }
        }
    }

    /// −2^62, the furthest that a zigzag integer reaches; 2^62 − 1.
    private static let least: [UInt8] = [UInt8](repeating: 0xff, count: 8) + [0x7f]
    private static let most: [UInt8] = [0xfe] + [UInt8](repeating: 0xff, count: 7) + [0x7f]
    private static let one: UInt8 = 2

    @Test(
        "of a record that breaks a rule are refused",
        arguments: [
            ("a tag of the future", [0x90, one, one, 8, 0, 0]),
            ("a place where nothing is stored", [0x11, one, one, 8]),
            ("time far before", [0x01] + least + [one, 8]), ("time far behind", [0x01] + most + [one, 8]),
            ("a disk that is not listed", [0x21, one, 2, one, 8]),
            ("a disk of 2^62", [0x21, one] + least + [one, 8]),
            ("a start before the disk", [0x01, one, 1, 8]), ("a start far before", [0x01, one] + least + [8]),
            ("a start behind the disk", [0x01, one, 0xc2, 0x40, 8]), ("a start far behind", [0x01, one] + most + [8]),
            ("an end behind the disk", [0x01, one, one, 0x80, 0x20]),
            ("a length of 2^63 − 1", [0x01, one, one] + least),
            ("a write of nothing", [0x01, one, one, 0]), ("a tick with a length", [0x03, one, one, 1]),
            ("a chunk far before", [0x10, one, one, 8, 0] + least),
            ("a chunk far behind", [0x10, one, one, 8, 0] + most),
            ("same pack, at the first", [0x14, one, one, 8, 0]), ("next chunk, at the first", [0x18, one, one, 8, 0]),
            ("a pack that is not listed", [0x10, one, one, 8, 2, 0]),
        ] as [(String, [UInt8])])
    func records(what: String, body: [UInt8]) throws {
        let block = SegmentBlock(
            disk: 0, entries: 1, range: 0..<1, earliest: -1_000, latest: 1_000, offset: 0, storedLength: 1,
            plainLength: 1, digest: Samples.digest(1))
        #expect(throws: FormatError.self, "\(what)") { try Samples.records(body, in: block) }
        #expect(throws: Never.self) { try Samples.records([0x10, Self.one, Self.one, 8, 0, 0], in: block) }
    }

    @Test(
        "of an extent that breaks a rule are refused",
        arguments: [
            ("a tag of the future", [0x41, 8]), ("a place where nothing is stored", [0x11, 8]), ("nothing", [0x01, 0]),
            ("a gap at the start", [0x21, 1, 7]), ("a gap of nothing", [0x21, 0, 8]),
            ("more than its block", [0x01, 9]),
            ("less than its block", [0x01, 7]), ("2^63 − 1 sectors", [0x01] + least),
            ("a gap of 2^63 − 1", [0x21] + least + [1]), ("beyond its chunk", [0x00, 8, 0, 0, 0xf9, 0x0f]),
        ] as [(String, [UInt8])])
    func extents(what: String, body: [UInt8]) {
        let block = SegmentBlock(
            disk: 0, entries: 1, range: 5..<13, offset: 0, storedLength: 1, plainLength: 1, digest: Samples.digest(1))
        #expect(throws: FormatError.self, "\(what)") { try Samples.extents(body, in: block) }
        #expect(throws: Never.self) { try Samples.extents([0x01, 8], in: block) }
    }

    @Test("give random records back", arguments: [1, 20_261_122, 0xdead_beef] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<300 {
            let records = (0..<Int.random(in: 1...60, using: &generator)).map { _ in Self.record(&generator) }
            let times = records.map(\.time)
            var block = Samples.recordBlock
            block.entries = UInt32(records.count)
            block.earliest = times.min() ?? 0
            block.latest = times.max() ?? 0
            #expect(
                try Samples.records(Samples.body(of: records), in: block) == records, "seed \(seed), round \(round)")
            let extents = Overlapless.extents(of: records, &generator)
            guard let first = extents.first, let last = extents.last else { continue }
            block = Samples.extentBlock
            block.entries = UInt32(extents.count)
            block.range = first.start..<last.end
            let body = SegmentBlock.encode(extents: extents, from: first.start)
            #expect(try Samples.extents(body, in: block) == extents, "seed \(seed), round \(round)")
        }
    }

    /// Anything that a writer may be asked to store, extremes among it.
    private static func record(_ generator: inout SeededGenerator) -> JournalRecord {
        let kind = JournalRecord.Kind(rawValue: UInt8.random(in: 0...3, using: &generator)) ?? .data
        let disk = Bool.random(using: &generator) ? 0 : 1
        let sectors = Samples.segmentDisks[disk].sizeInBytes / 512
        let start = [0, sectors - 1, UInt64.random(in: 0..<sectors, using: &generator)].randomElement(using: &generator)
        let most = min(sectors - (start ?? 0), kind == .data ? 2_048 : .max)
        let length = UInt64.random(in: 1...most, using: &generator)
        let offset = kind == .data ? UInt64.random(in: 0...2_048 - length, using: &generator) : 0
        let limit = Limits.time / 1_000
        return JournalRecord(
            time: ([-limit, limit, Int64.random(in: -limit...limit, using: &generator)].randomElement(using: &generator)
                ?? 0) * 1_000, disk: Samples.segmentDisks[disk].number, kind: kind,
            start: kind == .tick ? 0 : start ?? 0, length: kind == .tick ? 0 : length,
            place: kind == .data
                ? Place(
                    pack: UInt32.random(in: 0...1, using: &generator),
                    chunk: UInt32.random(in: 0..<UInt32(Limits.chunksInPack), using: &generator),
                    offset: UInt32(offset)) : Place(pack: 0, chunk: 0))
    }

    /// The lengths and places of records, one behind the other.
    private enum Overlapless {
        static func extents(of records: [JournalRecord], _ generator: inout SeededGenerator) -> [Extent] {
            var end = UInt64.random(in: 0...1 << 40, using: &generator)
            return records.compactMap { record in
                guard var extent = record.extent, extent.length < 1 << 44 else { return nil }
                if Bool.random(using: &generator) { end += UInt64.random(in: 1...1 << 20, using: &generator) }
                extent.start = end
                end += extent.length
                return extent
            }
        }
    }
}
