import Digests
import FoundationEssentials
import RepositoryFormat
import Testing

@Suite("Rules of the format")
struct RuleTests {
    @Test("a feature that must be understood, or a newer version, is refused as such", arguments: Decoder.binary)
    func newer(decoder: Decoder) {
        for (offset, bit) in [(10, 1), (12, 0), (13, 7), (15, 7)] {
            var bytes = decoder.sample
            bytes[offset] ^= 1 << UInt8(bit)
            let error = #expect(throws: FormatError.self) { try decoder.decode(bytes) }
            #expect(error?.code == .unsupported, "byte \(offset)")
        }
        // What may be ignored is ignored.
        var bytes = decoder.sample
        bytes[16] = 0xff
        #expect(throws: Never.self) { try decoder.decode(bytes) }
    }

    @Test("a section of a head that is not known is refused only when it must be understood", arguments: [0, 1])
    func sections(flags: Int) throws {
        var bytes = Samples.head().encoded()
        bytes += [9, 0, UInt8(flags), 0, 3, 0, 0, 0, 1, 2, 3]
        withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { bytes.replaceSubrange(24..<32, with: $0) }
        if flags == 0 {
            #expect(try Head.decode(bytes, host: Samples.host, number: 2) == Samples.head())
        } else {
            let error = #expect(throws: FormatError.self) { try Head.decode(bytes, host: Samples.host, number: 2) }
            #expect(error?.code == .unsupported)
        }
    }

    @Test("a longer moment record is read, and what is new in it skipped")
    func longerMoment() throws {
        var bytes = Samples.head().encoded()
        bytes += [0xaa, 0xbb]
        // Length of the section and of the record, two more each; then that of the object.
        bytes[139] += 2
        bytes[147] += 2
        withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { bytes.replaceSubrange(24..<32, with: $0) }
        #expect(try Head.decode(bytes, host: Samples.host, number: 2) == Samples.head())
    }

    @Test("moments out of order, and a head of another host or number, are refused")
    func heads() {
        var head = Samples.head()
        head.entries.moments = [Samples.moment(epoch: 3), Samples.moment(epoch: 3)]
        #expect(throws: FormatError.self) { try Head.decode(head.encoded(), host: Samples.host, number: 2) }
        let bytes = Samples.head().encoded()
        #expect(throws: FormatError.self) { try Head.decode(bytes, host: Samples.disk, number: 2) }
        #expect(throws: FormatError.self) { try Head.decode(bytes, host: Samples.host, number: 3) }
        #expect(throws: Never.self) {
            try Head.decode(Samples.head(number: 1).encoded(), host: Samples.host, number: 1)
        }
        var first = Samples.head(number: 1)
        first.previous = Samples.digest(1)
        #expect(throws: FormatError.self) { try Head.decode(first.encoded(), host: Samples.host, number: 1) }
    }

    @Test(
        "a leaf that does not fill its node, or fills more, is refused",
        arguments: [(99, false), (100, true), (101, false)] as [(UInt64, Bool)])
    func filling(sectors: UInt64, isGood: Bool) {
        #expect(((try? Samples.decodeLeaf(Samples.leaf(), sectors: sectors)) != nil) == isGood)
    }

    @Test(
        "a leaf body that breaks a rule is refused",
        arguments: [
            ("same pack, at the first data extent", [0x14, 0x08, 0x00]),
            ("next chunk, at the first data extent", [0x18, 0x08, 0x00]),
            ("a pack that is not in the list", [0x10, 0x08, 0x02, 0x00]),
            ("a chunk before the first", [0x10, 0x08, 0x00, 0x01]),
            ("bits that are to be zero", [0x21, 0x08]),
            ("data's bits at an extent without data", [0x11, 0x08]),
            ("length 0", [0x01, 0x00]),
            ("an integer of ten bytes", [0x01, 0x88, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]),
            ("an integer with zeros in front", [0x01, 0x88, 0x00]),
            ("an end in the middle of an extent", [0x10, 0x08]),
            ("bytes behind the last extent", [0x01, 0x08, 0x00]),
        ] as [(String, [UInt8])])
    func bodies(what: String, body: [UInt8]) {
        let bytes = MapPage.encodeLeaf(
            level: 0, extents: 1, packs: Samples.packs, plainLength: body.count, compressedBody: body)
        #expect(throws: FormatError.self, "\(what)") { try Samples.decodeLeaf(bytes, sectors: 8) }
    }

    @Test("the body that these break is otherwise good")
    func soundBody() throws {
        let body: [UInt8] = [0x10, 0x08, 0x01, 0x00]
        let bytes = MapPage.encodeLeaf(
            level: 0, extents: 1, packs: Samples.packs, plainLength: body.count, compressedBody: body)
        #expect(throws: Never.self) { try Samples.decodeLeaf(bytes, sectors: 8) }
    }

    @Test(
        "lists of frames that touch, descend, are empty or leave the pack are refused",
        arguments: [[0..<1, 1..<2], [4..<5, 0..<1], [2..<2], [65_535..<65_537], [0..<2, 1..<3]] as [[Range<UInt32>]])
    func frameLists(frames: [Range<UInt32>]) {
        let body = MapPage.encodeBody(of: [Extent(start: 0, length: 8, kind: .zero)])
        let bytes = MapPage.encodeLeaf(
            level: 0, extents: 1, packs: [PackReference(pack: Samples.digest(1), frames: frames)],
            plainLength: body.count, compressedBody: body)
        #expect(throws: FormatError.self) { try Samples.decodeLeaf(bytes, sectors: 8) }
    }

    @Test("frames that leave a gap, overlap, or are not filled by their chunks are refused")
    func frames() throws {
        let sound = try Samples.index()
        let changes: [(inout [FrameRecord], inout [ChunkRecord]) -> Void] = [
            { frames, _ in frames[1].offset += 1 }, { frames, _ in frames[0].offset = 0 },
            { frames, _ in frames[0].storedLength = 0 }, { frames, _ in frames[1].firstChunk = 0 },
            { frames, _ in frames[1].firstChunk = 3 }, { frames, _ in frames[0].firstChunk = 1 },
            { frames, _ in frames[0].plainLength += 512 }, { frames, _ in frames[1].storedLength = 511 },
            { _, chunks in chunks[1].length -= 512 }, { _, chunks in chunks.removeLast() },
            { frames, _ in frames = [] },
        ]
        for (number, change) in changes.enumerated() {
            var frames = sound.frames
            var chunks = sound.chunks
            change(&frames, &chunks)
            #expect(throws: FormatError.self, "change \(number)") { try PackIndex(frames: frames, chunks: chunks) }
        }
        #expect(throws: Never.self) { try PackIndex(frames: [], chunks: []) }
    }

    @Test(
        "a disk record that contradicts itself is refused",
        arguments: [
            { $0.dataSectors += 1 }, { $0.root.level = 0 }, { $0.root.level = 2 }, { $0.logicalSectorSize = 256 },
            { $0.logicalSectorSize = 131_072 }, { $0.logicalSectorSize = 513 }, { $0.sizeInBytes += 1 },
            { ($0.dataSectors, $0.zeroSectors) = (.max, 1) }, { $0.extents = 4_097 }, { $0.root.extents = 32_769 },
        ] as [@Sendable (inout DiskRecord) -> Void])
    func disks(change: @Sendable (inout DiskRecord) -> Void) {
        var root = Samples.root
        change(&root.disks[0])
        #expect(throws: FormatError.self) { try MapRoot.decode(root.encoded(), digest: Samples.digest(1)) }
    }

    @Test("disks with one number, or descending, are refused")
    func diskOrder() {
        var root = Samples.root
        root.disks.append(root.disks[0])
        #expect(throws: FormatError.self) { try MapRoot.decode(root.encoded(), digest: Samples.digest(1)) }
    }

    @Test(
        "nodes cover what the format says",
        arguments: [
            (1, 0), (2_048, 0), (2_049, 1), (32_768, 1), (32_769, 2), (1 << 31, 5), (1 << 51, 10), ((1 << 47) + 1, 10),
        ] as [(UInt64, Int)])
    func levels(sectors: UInt64, level: Int) {
        #expect(MapGeometry.rootLevel(forDiskOf: sectors) == level)
        #expect(MapGeometry.sectors(atLevel: level) >= sectors)
    }

    @Test(
        "variable-length integers keep their value and their length",
        arguments: [
            (0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (1 << 35, 6), ((1 << 56) - 1, 8), (1 << 56, 9),
            ((1 << 63) - 1, 9),
        ] as [(UInt64, Int)])
    func variable(value: UInt64, count: Int) throws {
        var writer = ByteWriter()
        writer.appendVariable(value)
        #expect(writer.bytes.count == count)
        var reader = ByteReader(writer.bytes, subject: "a number")
        #expect(try reader.variable() == value)
        for signed in [Int64(value / 2), -Int64(value / 2)] {
            var writer = ByteWriter()
            writer.appendZigzag(signed)
            var reader = ByteReader(writer.bytes, subject: "a number")
            #expect(try reader.zigzag() == signed)
        }
    }

    @Test(
        "names that could leave the tree are not safe",
        arguments: [
            ("packs/3f/3f9a.index", true), ("hosts/0-1/maps/0000000001.00", true), ("hosts.json", true), ("", false),
            ("/etc/passwd", false), ("packs//3f", false), ("packs/../../etc", false), ("packs/.tmp-1", false),
            ("packs/", false), ("packs/A", false), ("packs/a b", false), ("packs/a\0", false), ("packs/%2e%2e", false),
            ("packs\\a", false), ("packs/ä", false), ("..", false), (".", false),
        ])
    func names(name: String, isSafe: Bool) { #expect(ObjectName.isSafe(name) == isSafe) }

    @Test("names are those of the tree")
    func tree() {
        let digest = Samples.digest(0x3f)
        let hex = String(repeating: "3f", count: 32)
        let host = "00112233-4455-6677-8899-aabbccddeeff"
        let position = Position(epoch: 12, sequence: 345)
        #expect(ObjectName.pointer(host: Samples.host) == "hosts/\(host)/head")
        #expect(ObjectName.head(host: Samples.host, number: 7) == "hosts/\(host)/heads/00000000000000000007")
        #expect(
            ObjectName.mapRoot(host: Samples.host, position: position, digest: digest)
                == "hosts/\(host)/maps/0000000012.00000000000000000345-\(hex)")
        #expect(ObjectName.mapPage(host: Samples.host, digest: digest) == "hosts/\(host)/maps/pages/3f/\(hex)")
        #expect(ObjectName.machine(host: Samples.host, digest: digest) == "hosts/\(host)/machines/\(hex)")
        #expect(ObjectName.pack(digest) == "packs/3f/\(hex)")
        #expect(ObjectName.packIndex(digest) == "packs/3f/\(hex).index")
        #expect(ObjectName.packID(ofIndex: "packs/3f/\(hex).index") == digest)
        for other in ["packs/3f/\(hex)", "packs/3f/3f.index", "hosts/3f/\(hex).index"] {
            #expect(ObjectName.packID(ofIndex: other) == nil)
        }
    }
}
