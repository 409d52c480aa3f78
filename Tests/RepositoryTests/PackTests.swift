import Buffers
import Digests
import LinuxSystem
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

@Suite("Packs and chunks")
struct PackTests {
    private final class Bench: Sendable {
        let store = MemoryStore()
        let chunks = ChunkIndex()
        let packs = PackTable()
        let catalog = PackCatalog()

        func writer(targetLength: Int = PackWriter.targetLength) throws -> PackWriter {
            try PackWriter(store: store, chunks: chunks, packs: packs, catalog: catalog, targetLength: targetLength)
        }

        /// A stored frame of chunks of 512 bytes with the given content.
        func frame(_ contents: [UInt8]) -> SealedFrame {
            let buffer = AlignedBuffer(capacity: contents.count * 512)
            var records: [(serial: UInt32, record: ChunkRecord)] = []
            for (number, content) in contents.enumerated() {
                let bytes = [UInt8](repeating: content, count: 512)
                buffer[number * 512..<(number + 1) * 512].withMutableBytes { $0.copyBytes(from: bytes) }
                let identity = SHA256.digest(of: bytes)
                records.append((chunks.claim(identity).serial, ChunkRecord(length: 512, identity: identity)))
            }
            let digest = buffer.all.withBytes { SHA256.digest(of: Array($0)) }
            return SealedFrame(stored: buffer.all, digest: digest, codec: .stored, chunks: records)
        }
    }

    @Test("a chunk is new once, whoever claims it")
    func claims() throws {
        let chunks = ChunkIndex()
        let identities = (0..<40_000).map { SHA256.digest(of: Array("\($0)".utf8)) }
        let counter = Counter()
        let threads = try (0..<4).map { number in
            try WorkerThread<[UInt32], Never>("claim \(number)") {
                identities.map { identity in
                    let (serial, isNew) = chunks.claim(identity)
                    if isNew { _ = counter.next() }
                    return serial
                }
            }
        }
        let serials = threads.map { $0.join() }
        #expect(counter.count == identities.count && chunks.count == identities.count)
        #expect(Set(serials).count == 1 && Set(serials[0]).count == identities.count)
        for (number, serial) in serials[0].enumerated() {
            chunks.settle(serial, at: Place(pack: 1, chunk: UInt32(number)))
        }
        #expect(chunks.place(of: serials[0][39_999]) == Place(pack: 1, chunk: 39_999))
    }

    @Test("chunks of a pack that is there keep the place they were known at")
    func known() throws {
        let chunks = ChunkIndex()
        let record = ChunkRecord(length: 512, identity: SHA256.digest(of: [1]))
        let frame = FrameRecord(
            offset: 32, storedLength: 1_024, plainLength: 1_024, firstChunk: 0, codec: .stored, digest: record.identity)
        let other = ChunkRecord(length: 512, identity: SHA256.digest(of: [2]))
        chunks.add(try PackIndex(frames: [frame], chunks: [record, other]), pack: 3)
        chunks.add(try PackIndex(frames: [frame], chunks: [other, record]), pack: 4)
        let (serial, isNew) = chunks.claim(other.identity)
        #expect(!isNew && chunks.count == 2 && chunks.place(of: serial) == Place(pack: 3, chunk: 1))
    }

    @Test("frames from many threads arrive whole, and every chunk has its place")
    func threads() throws {
        let bench = Bench()
        let writer = try bench.writer(targetLength: 8_192)
        let threads = try (0..<4).map { number in
            try WorkerThread<Void, RepositoryError>("frames \(number)") { () throws(RepositoryError) in
                for step in 0..<16 {
                    try writer.add(bench.frame([UInt8(number * 64 + step * 2), UInt8(number * 64 + step * 2 + 1)]))
                }
            }
        }
        for thread in threads { try thread.join() }
        let totals = try writer.finish()
        #expect(totals.plainBytes == 128 * 512)
        #expect(totals.storedBytes == bench.store.objects.values.reduce(0) { $0 + UInt64($1.count) })
        #expect(totals.packs * 2 == bench.store.objects.count && totals.packs >= 8)
        for content in 0..<UInt8(128) {
            let bytes = [UInt8](repeating: content / 32 * 64 + content % 32, count: 512)
            let (serial, isNew) = bench.chunks.claim(SHA256.digest(of: bytes))
            #expect(!isNew)
            let place = bench.chunks.place(of: serial)
            let pack = bench.packs.id(place.pack)
            let index = try PackIndexCache.load(pack, from: bench.store)
            let frame = index.frames[index.frame(ofChunk: Int(place.chunk))]
            #expect(bench.catalog.frame(of: place) == index.frame(ofChunk: Int(place.chunk)))
            let start = Int(frame.offset) + Int(index.chunkOffsets[Int(place.chunk)])
            let stored = try #require(bench.store.objects[ObjectName.pack(pack)])
            #expect(Array(stored[start..<start + 512]) == bytes && UInt64(stored.count) == index.packLength)
        }
    }

    @Test("a pack is closed at its target length, and an empty writer makes none")
    func closing() throws {
        let bench = Bench()
        #expect(try bench.writer().finish().packs == 0)
        let writer = try bench.writer(targetLength: 32 + 1_024)
        for content in 0..<5 { try writer.add(bench.frame([UInt8(content)])) }
        #expect(try writer.finish().packs == 3)
        let lengths = bench.store.objects.filter { !$0.key.hasSuffix(".index") }.map(\.value.count)
        #expect(lengths.sorted() == [32 + 512, 32 + 1_024, 32 + 1_024])
    }

    @Test("a pack with very many small frames is closed at the limit of frames")
    func manyFrames() throws {
        let bench = Bench()
        let writer = try bench.writer(targetLength: 64 << 20)
        let frame = bench.frame([7])
        for _ in 0..<Limits.framesInPack + 1 { try writer.add(frame) }
        #expect(try writer.finish().packs == 2)
    }

    @Test("a full store ends the writer with the reason, whoever waits for it")
    func full() throws {
        let bench = Bench()
        let writer = try bench.writer(targetLength: 1_024)
        bench.store.fill()
        let error = #expect(throws: RepositoryError.self) {
            for content in 0..<100 { try writer.add(bench.frame([UInt8(content)])) }
            _ = try writer.finish()
        }
        #expect(error?.code == .inputOutput && error?.message.contains("No space left") == true)
        writer.abandon()
    }

    @Test("an index that is not what its name says is refused")
    func names() throws {
        let bench = Bench()
        let writer = try bench.writer()
        try writer.add(bench.frame([1]))
        _ = try writer.finish()
        let name = try #require(bench.store.objects.keys.first { $0.hasSuffix(".index") })
        let id = try #require(ObjectName.packID(ofIndex: name))
        bench.store.objects[name]?[70] ^= 1
        let error = #expect(throws: RepositoryError.self) { try PackIndexCache(store: bench.store).index(of: id) }
        #expect(error?.code == .damaged)
    }

    @Test("a small cache of indexes gives the same answers as a large one")
    func cache() throws {
        let bench = Bench()
        let writer = try bench.writer(targetLength: 100)
        for content in 0..<20 { try writer.add(bench.frame([UInt8(content)])) }
        _ = try writer.finish()
        let cache = PackIndexCache(store: bench.store, capacity: 3)
        for _ in 0..<3 {
            for number in 0..<20 {
                let id = bench.packs.id(UInt32(number))
                #expect(try cache.index(of: id) == PackIndexCache.load(id, from: bench.store))
            }
        }
    }
}
