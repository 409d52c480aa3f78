internal import Buffers
internal import Digests
internal import Repository
internal import RepositoryFormat
internal import Synchronization
internal import Zstd

/// Turns batches into stored frames: identities, deduplication, compression. One a thread.
struct BatchWorker: ~Copyable {
    /// New chunks are collected up to this many bytes before they are compressed together: larger frames compress better,
    /// smaller ones make reading a single block cheaper (docs/performance.md has the measurement).
    static let frameTarget = 1 << 20

    private let hasher = SHA256()
    private let compressor: Compressor
    private let writer: TimelineWriter
    private let counters: CaptureCounters
    private let plain = AlignedBuffer(capacity: BatchWorker.frameTarget + Limits.chunk)
    private let stored: AlignedBuffer
    private var chunks: [(serial: UInt32, record: ChunkRecord)] = []
    private var used = 0
    /// Identities of one batch, when a server is asked for them before they are claimed.
    private var identities: [Digest] = []

    init(level: Int32, writer: TimelineWriter, counters: CaptureCounters) {
        compressor = Compressor(level: level)
        self.writer = writer
        self.counters = counters
        stored = AlignedBuffer(capacity: Compressor.bound(of: plain.capacity))
    }

    /// Gives every chunk of the batch its serial number; new ones are handed to the pack writer.
    mutating func process(_ batch: inout ScanBatch) throws(RepositoryError) {
        let asksServer = writer.asksServer
        if asksServer { try identify(batch) }
        var next = 0
        for index in batch.items.indices where batch.items[index].kind == .data {
            let item = batch.items[index]
            let count = Int(item.sectors) * 512
            let bytes = batch.buffer[item.offset..<item.offset + count]
            let identity = asksServer ? identities[next] : bytes.withBytes { hasher.digest(of: $0) }
            next += 1
            let (serial, isNew) = writer.chunks.claim(identity)
            batch.items[index].serial = serial
            counters.data.add(UInt64(count), ordering: .relaxed)
            guard isNew else { continue }
            counters.new.add(UInt64(count), ordering: .relaxed)
            let target = plain[used..<used + count]
            bytes.withBytes { source in target.withMutableBytes { $0.copyMemory(from: source) } }
            chunks.append((serial, ChunkRecord(length: count, identity: identity)))
            used += count
            if used >= Self.frameTarget { try seal() }
        }
    }

    /// One question to the server about all chunks of a batch.
    private mutating func identify(_ batch: ScanBatch) throws(RepositoryError) {
        identities.removeAll(keepingCapacity: true)
        for item in batch.items where item.kind == .data {
            let bytes = batch.buffer[item.offset..<item.offset + Int(item.sectors) * 512]
            identities.append(bytes.withBytes { hasher.digest(of: $0) })
        }
        try writer.learn(identities)
    }

    /// Stores what was collected as a frame.
    mutating func seal() throws(RepositoryError) {
        guard used > 0 else { return }
        let source = plain[0..<used]
        let frame: SealedFrame
        do {
            let length = try compressor.compress(source, into: stored.all)
            let packed = length < used ? stored[0..<length] : source
            let digest = packed.withBytes { hasher.digest(of: $0) }
            frame = SealedFrame(
                stored: packed, digest: digest, codec: length < used ? .zstd : .stored, chunks: chunks)
        } catch { throw RepositoryError(.inputOutput, "A frame could not be compressed: \(error)") }
        counters.stored.add(UInt64(frame.stored.count), ordering: .relaxed)
        try writer.writer.add(frame)
        chunks.removeAll(keepingCapacity: true)
        used = 0
    }
}
