import Digests
import FoundationEssentials
import RepositoryFormat
import Testing

/// Every limit of docs/format.md, section 3, at its last good and its first bad value.
@Suite("Limits")
struct LimitTests {
    private static func index(frames: Int, chunksPerFrame: Int = 1, chunk: Int = 512, stored: Int? = nil) throws
        -> PackIndex
    {
        var records: [FrameRecord] = []
        var offset: UInt64 = 32
        for number in 0..<frames {
            let plain = chunk * chunksPerFrame
            records.append(
                FrameRecord(
                    offset: offset, storedLength: stored ?? plain, plainLength: plain,
                    firstChunk: number * chunksPerFrame, codec: .zstd, digest: Samples.digest(0)))
            offset += UInt64(stored ?? plain)
        }
        let chunks = [ChunkRecord](
            repeating: ChunkRecord(length: chunk, identity: Samples.digest(0)), count: frames * chunksPerFrame)
        return try PackIndex(frames: records, chunks: chunks)
    }

    private func decode(_ index: PackIndex) throws -> PackIndex {
        let bytes = index.encoded()
        #expect(bytes.count <= Limits.packIndex)
        return try PackIndex.decode(bytes, id: SHA256.digest(of: bytes))
    }

    @Test("frames in a pack")
    func frames() throws {
        let most = try Self.index(frames: Limits.framesInPack, stored: 1)
        #expect(try decode(most) == most)
        #expect(throws: FormatError.self) { try Self.index(frames: Limits.framesInPack + 1, stored: 1) }
    }

    @Test("chunks in a pack, plain bytes of a frame")
    func chunks() throws {
        // 128 frames of 4 MiB in chunks of 512 bytes are 1 048 576 chunks: both limits at once.
        let most = try Self.index(frames: 128, chunksPerFrame: 8_192, stored: 1)
        #expect(most.chunks.count == Limits.chunksInPack && most.frames[0].plainLength == Limits.framePlain)
        #expect(try decode(most) == most)
        #expect(throws: FormatError.self) { try Self.index(frames: 1, chunksPerFrame: 8_193, stored: 1) }
        #expect(throws: FormatError.self) { try Self.index(frames: 8_193, chunksPerFrame: 128 + 1, stored: 1) }
    }

    @Test("length of a chunk and of a stored frame, each refused by the decoder at one more")
    func lengths() throws {
        let most = try Self.index(frames: 1, chunksPerFrame: 4, chunk: Limits.chunk, stored: Limits.frameStored)
        #expect(try decode(most) == most)
        // Records that an encoder's own checks do not see.
        #expect(throws: FormatError.self) { try decode(Self.index(frames: 1, chunk: Limits.chunk + 512)) }
        #expect(throws: FormatError.self) { try decode(Self.index(frames: 1, stored: Limits.frameStored + 1)) }
        #expect(throws: FormatError.self) { try decode(Self.index(frames: 1, chunk: 513)) }
        #expect(throws: FormatError.self) { try decode(Self.index(frames: 1, chunk: 0)) }
    }

    @Test("length of a pack")
    func pack() throws {
        let each = Limits.framePlain
        let rest = Int(Limits.pack) - ObjectHeader.byteCount
        #expect(throws: Never.self) { try Self.index(frames: rest / each, chunksPerFrame: 4, chunk: each / 4) }
        #expect(throws: FormatError.self) {
            try Self.index(frames: rest / each + 1, chunksPerFrame: 4, chunk: each / 4)
        }
    }

    @Test("chunk lengths that together overflow a frame's offsets are refused, not added up")
    func hostileChunks() throws {
        // A frame that claims 5 GiB in 5000 chunks of 1 MiB.
        var writer = ByteWriter()
        ObjectHeader.begin(.packIndex, in: &writer)
        writer.append(UInt64(33))
        writer.append(UInt32(1))
        writer.append(UInt32(5_000))
        writer.append(UInt64(4_096))
        writer.append(UInt64(0))
        writer.append(UInt64(32))
        writer.append(UInt32(1))
        writer.append(UInt32(4_096))
        writer.append(UInt32(0))
        writer.append(UInt32(1))
        writer.append(Samples.digest(1))
        for _ in 0..<5_000 {
            writer.append(UInt32(1 << 20))
            writer.append(Samples.digest(2))
        }
        ObjectHeader.seal(&writer)
        #expect(throws: FormatError.self) { try PackIndex.decode(writer.bytes, id: Samples.digest(1)) }
    }

    @Test("counts beyond the bytes are refused before anything is allocated for them", arguments: [40, 44])
    func hostileCounts(offset: Int) throws {
        var bytes = try Samples.index().encoded()
        bytes.replaceSubrange(offset..<offset + 4, with: [0xff, 0xff, 0xff, 0xff])
        let error = #expect(throws: FormatError.self) { try PackIndex.decode(bytes, id: Samples.digest(1)) }
        #expect(error?.code == .aboveLimit)
        bytes.replaceSubrange(offset..<offset + 4, with: [0xff, 0xff, 0, 0])
        #expect(throws: FormatError.self) { try PackIndex.decode(bytes, id: Samples.digest(1)) }
    }

    @Test("extents and packs in a leaf", arguments: [(36, 4_096), (40, 4_096), (44, 1 << 20)])
    func leaf(offset: Int, limit: Int) {
        var bytes = Samples.leaf()
        withUnsafeBytes(of: UInt32(limit + 1).littleEndian) { bytes.replaceSubrange(offset..<offset + 4, with: $0) }
        let error = #expect(throws: FormatError.self) { try Samples.decodeLeaf(bytes) }
        #expect(error?.code == .aboveLimit)
    }

    @Test("a leaf of 4096 extents, each of its own pack, is the largest")
    func largestLeaf() throws {
        let extents = (0..<4_096).map { number in
            Extent(
                start: UInt64(number), length: 1, kind: .data,
                place: Place(pack: UInt32(number), chunk: UInt32(Limits.chunksInPack - 1), offset: 2_047))
        }
        let packs = (0..<4_096).map { number in
            let id = SHA256.digest(of: Array("\(number)".utf8))
            return PackReference(pack: id, frames: [65_535..<65_536])
        }
        let body = MapPage.encodeBody(of: extents)
        let bytes = MapPage.encodeLeaf(
            level: 1, extents: extents.count, packs: packs, plainLength: body.count, compressedBody: body)
        #expect(bytes.count <= Limits.mapPage)
        let page = try MapPage.decode(
            bytes, digest: Samples.digest(1), level: 1, sectors: 4_096, decompress: Samples.stored)
        #expect(page == .leaf(level: 1, packs: packs, extents: extents))
    }

    @Test(
        "an extent stays in the largest chunk",
        arguments: [(2_047, 1, true), (2_047, 2, false), (0, 2_048, true), (0, 2_049, false), (2_048, 1, false)])
    func chunk(offset: Int, length: Int, isGood: Bool) {
        let extent = Extent(
            start: 0, length: UInt64(length), kind: .data, place: Place(pack: 0, chunk: 0, offset: UInt32(offset)))
        let body = MapPage.encodeBody(of: [extent])
        let bytes = MapPage.encodeLeaf(
            level: 0, extents: 1, packs: Samples.packs, plainLength: body.count, compressedBody: body)
        let page = try? Samples.decodeLeaf(bytes, sectors: UInt64(length))
        #expect((page != nil) == isGood)
    }

    @Test("disks in a map")
    func disks() throws {
        var root = Samples.root
        var disk = root.disks[0]
        disk.root = NodeReference(content: .uniform(.zero), level: 0, extents: 1)
        disk.sizeInBytes = 512
        (disk.dataSectors, disk.zeroSectors, disk.unusedSectors, disk.extents) = (0, 1, 0, 1)
        root.disks = (0..<UInt32(Limits.disksInMap)).map { number in
            var disk = disk
            disk.number = number
            return disk
        }
        #expect(try MapRoot.decode(root.encoded(), digest: Samples.digest(1)) == root)
        #expect(root.encoded().count <= Limits.mapRoot)
        root.disks.append(disk)
        root.disks[Limits.disksInMap].number = UInt32(Limits.disksInMap)
        #expect(throws: FormatError.self) { try MapRoot.decode(root.encoded(), digest: Samples.digest(1)) }
    }

    @Test(
        "the size of a disk",
        arguments: [
            (512, true), (0, false), (513, false), (1 << 60, true), ((1 << 60) + 512, false), (UInt64.max - 511, false),
        ] as [(UInt64, Bool)])
    func diskSize(size: UInt64, isGood: Bool) {
        var root = Samples.root
        root.disks[0].sizeInBytes = size
        let level = size > Limits.diskSize ? 10 : MapGeometry.rootLevel(forDiskOf: size / 512)
        root.disks[0].root = NodeReference(content: .uniform(.zero), level: level, extents: 1)
        (root.disks[0].dataSectors, root.disks[0].zeroSectors, root.disks[0].unusedSectors) = (0, size / 512, 0)
        root.disks[0].extents = 1
        #expect(((try? MapRoot.decode(root.encoded(), digest: Samples.digest(1))) != nil) == isGood)
    }

    @Test("names of hosts and labels", arguments: [(0, false, true), (255, true, true), (256, false, false)])
    func names(count: Int, isName: Bool, isLabel: Bool) {
        var head = Samples.head()
        head.hostName = String(repeating: "n", count: count)
        #expect(((try? Head.decode(head.encoded(), host: Samples.host, number: 2)) != nil) == isName)
        head = Samples.head()
        head.entries.moments[0].label = String(repeating: "l", count: count)
        #expect(((try? Head.decode(head.encoded(), host: Samples.host, number: 2)) != nil) == isLabel)
    }

    @Test("moments in a head")
    func moments() throws {
        var head = Samples.head()
        head.entries.moments = (1...UInt64(Limits.momentsInHead)).map { Samples.moment(epoch: $0, label: "") }
        let bytes = head.encoded()
        #expect(bytes.count <= Limits.head)
        #expect(try Head.decode(bytes, host: Samples.host, number: 2).entries.moments.count == Limits.momentsInHead)
        head.entries.moments.append(Samples.moment(epoch: UInt64(Limits.momentsInHead) + 1, label: ""))
        let error = #expect(throws: FormatError.self) {
            try Head.decode(head.encoded(), host: Samples.host, number: 2)
        }
        #expect(error?.code == .aboveLimit)
    }
}
