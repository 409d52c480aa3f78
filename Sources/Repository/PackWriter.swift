internal import Buffers
internal import Digests
internal import LinuxSystem
internal import RepositoryFormat
internal import Synchronization

/// Collects frames into packs and stores them durably, pack before index, on a thread of its own.
///
/// `add` may be called from several threads. Memory: three pack buffers; when all are full, `add` waits for the store.
package final class PackWriter: Sendable {
    /// A pack is closed when it reached this many bytes: large enough that an fsync and two objects do not matter, small
    /// enough that three of them fit beside everything else in memory.
    package static let targetLength = 16 << 20

    fileprivate struct Filling {
        var buffer: AlignedBuffer
        var used = ObjectHeader.byteCount
        var frames: [FrameRecord] = []
        var chunks: [ChunkRecord] = []
        var serials: [UInt32] = []
    }

    package struct Totals: Sendable {
        package var packs = 0
        package var plainBytes: UInt64 = 0
        package var storedBytes: UInt64 = 0
    }

    private let store: any WritableObjectStore
    private let chunks: ChunkIndex
    private let packs: PackTable
    private let catalog: PackCatalog
    private let targetLength: Int
    private let free: BoundedQueue<AlignedBuffer>
    private let full: BoundedQueue<Filling>
    private let filling: Mutex<Filling?>
    private let failure = Mutex<RepositoryError?>(nil)
    private let totals = Mutex(Totals())
    private let thread: Mutex<WorkerThread<Void, RepositoryError>?>

    package init(
        store: any WritableObjectStore, chunks: ChunkIndex, packs: PackTable, catalog: PackCatalog,
        targetLength: Int = PackWriter.targetLength
    ) throws(RepositoryError) {
        self.store = store
        self.chunks = chunks
        self.packs = packs
        self.catalog = catalog
        self.targetLength = targetLength
        free = BoundedQueue(capacity: 3)
        full = BoundedQueue(capacity: 3)
        filling = Mutex(nil)
        thread = Mutex(nil)
        for _ in 0..<3 { free.push(AlignedBuffer(capacity: targetLength + Limits.frameStored)) }
        do {
            let worker = try WorkerThread<Void, RepositoryError>("packs") { [self] () throws(RepositoryError) in
                try drain()
            }
            thread.withLock { $0 = worker }
        } catch { throw RepositoryError(.inputOutput, "No thread for storing packs could be started: \(error).") }
    }

    /// Copies a frame into the present pack.
    package func add(_ frame: SealedFrame) throws(RepositoryError) {
        if let error = failure.withLock({ $0 }) { throw error }
        let closed = filling.withLock { pack -> Filling? in
            if pack == nil { pack = free.pop().map { Filling(buffer: $0) } }
            guard pack != nil else { return nil }
            pack?.append(frame)
            guard let done = pack, done.isFull(targetLength) else { return nil }
            pack = nil
            return done
        }
        if let closed { full.push(closed) }
    }

    /// Stores what is left and waits until everything is durable; afterwards every claimed chunk has its place.
    package func finish() throws(RepositoryError) -> Totals {
        if let rest = filling.withLock({ $0.take() }) { full.push(rest) }
        full.close()
        try thread.withLock({ $0 })?.join()
        return totals.withLock { $0 }
    }

    /// Ends the thread after a failure elsewhere; what was stored stays behind as garbage that the next capture uses.
    package func abandon() {
        full.close(discarding: true)
        free.close(discarding: true)
        // The capture already fails with the error that matters.
        _ = try? thread.withLock({ $0 })?.join()
    }

    private func drain() throws(RepositoryError) {
        while let pack = full.pop() {
            do {
                try store(pack)
            } catch {
                failure.withLock { $0 = error }
                full.close(discarding: true)
                free.close(discarding: true)
                throw error
            }
            free.push(pack.buffer)
        }
    }

    private func store(_ pack: Filling) throws(RepositoryError) {
        let index = try decoding { () throws(FormatError) in try PackIndex(frames: pack.frames, chunks: pack.chunks) }
        let encoded = index.encoded()
        let id = SHA256.digest(of: encoded)
        var header = ByteWriter()
        ObjectHeader.begin(.pack, in: &header)
        ObjectHeader.seal(&header, following: pack.used - ObjectHeader.byteCount)
        pack.buffer[0..<ObjectHeader.byteCount].withMutableBytes { $0.copyBytes(from: header.bytes) }
        do {
            _ = try store.ensure(ObjectName.pack(id), [pack.buffer[0..<pack.used]])
            _ = try store.ensure(ObjectName.packIndex(id), encoded)
        } catch { throw RepositoryError(error, object: "Pack \(id.hex.prefix(8))") }
        let number = packs.number(of: id)
        catalog.add(index, pack: number)
        for (chunk, serial) in pack.serials.enumerated() {
            chunks.settle(serial, at: Place(pack: number, chunk: UInt32(chunk)))
        }
        totals.withLock { totals in
            totals.packs += 1
            totals.plainBytes += index.chunks.reduce(0) { $0 + UInt64($1.length) }
            totals.storedBytes += UInt64(pack.used + encoded.count)
        }
    }
}

extension PackWriter.Filling {
    /// Long enough, or so near the limits of an index that the next frame might not fit.
    fileprivate func isFull(_ targetLength: Int) -> Bool {
        used >= targetLength || frames.count == Limits.framesInPack
            || chunks.count > Limits.chunksInPack - Limits.framePlain / 512
    }

    fileprivate mutating func append(_ frame: SealedFrame) {
        let target = buffer[used..<used + frame.stored.count]
        frame.stored.withBytes { source in target.withMutableBytes { $0.copyMemory(from: source) } }
        frames.append(
            FrameRecord(
                offset: UInt64(used), storedLength: frame.stored.count,
                plainLength: frame.chunks.reduce(0) { $0 + $1.record.length }, firstChunk: chunks.count,
                codec: frame.codec, digest: frame.digest))
        for chunk in frame.chunks {
            chunks.append(chunk.record)
            serials.append(chunk.serial)
        }
        used += frame.stored.count
    }
}
