internal import Buffers
internal import Digests
internal import RepositoryFormat
internal import Zstd

/// New chunks of one segment on their way into frames. One thread at a time.
final class FrameCollector {
    /// Plain bytes of a frame: small, because a journal's chunks are read one by one.
    private static let frameLength = 256 << 10

    private let compressor: Compressor
    private let hasher = SHA256()
    private let plain: AlignedBuffer
    private let stored: AlignedBuffer
    private var plainUsed = 0
    private var frameStart = 0
    private var firstChunk = 0
    private(set) var storedUsed = ObjectHeader.byteCount
    private(set) var frames: [FrameRecord] = []
    private(set) var chunks: [ChunkRecord] = []
    private var numbers: [Digest: UInt32] = [:]

    /// Room for `capacity` plain bytes and one chunk more.
    init(capacity: Int, level: Int32) {
        compressor = Compressor(level: level)
        plain = AlignedBuffer(capacity: capacity + Limits.chunk)
        let frames = (capacity + Limits.chunk) / Self.frameLength + 2
        stored = AlignedBuffer(
            capacity: ObjectHeader.byteCount + plain.capacity + frames
                * (Compressor.bound(of: Self.frameLength) - Self.frameLength + Limits.chunk))
    }

    var plainBytes: Int { plainUsed }

    /// The number of a chunk in this segment, added when it is new.
    func number(of identity: Digest, _ bytes: BufferSlice) throws(RepositoryError) -> UInt32 {
        if let known = numbers[identity] { return known }
        let number = UInt32(chunks.count)
        let target = plain[plainUsed..<plainUsed + bytes.count]
        bytes.withBytes { source in target.withMutableBytes { $0.copyMemory(from: source) } }
        plainUsed += bytes.count
        chunks.append(ChunkRecord(length: bytes.count, identity: identity))
        numbers[identity] = number
        if plainUsed - frameStart >= Self.frameLength { try seal() }
        return number
    }

    /// Ends the last frame; afterwards `frames`, `chunks` and `content` are whole.
    func finish() throws(RepositoryError) { try seal() }

    /// The stored frames back to back.
    var content: BufferSlice { stored[ObjectHeader.byteCount..<storedUsed] }

    /// The frames behind the header of a pack, which is written into the bytes before them.
    func pack() -> BufferSlice {
        var header = ByteWriter()
        ObjectHeader.begin(.pack, in: &header)
        ObjectHeader.seal(&header, following: storedUsed - ObjectHeader.byteCount)
        stored[0..<ObjectHeader.byteCount].withMutableBytes { $0.copyBytes(from: header.bytes) }
        return stored[0..<storedUsed]
    }

    /// Empties the collector for the next segment.
    func reset() {
        plainUsed = 0
        frameStart = 0
        firstChunk = 0
        storedUsed = ObjectHeader.byteCount
        frames.removeAll(keepingCapacity: true)
        chunks.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
    }

    private func seal() throws(RepositoryError) {
        guard plainUsed > frameStart else { return }
        let source = plain[frameStart..<plainUsed]
        let target = stored[storedUsed..<stored.capacity]
        var length: Int
        do {
            length = try compressor.compress(source, into: target)
        } catch { throw RepositoryError(.inputOutput, "A frame could not be compressed: \(error)") }
        var codec = FrameRecord.Codec.zstd
        if length >= source.count {
            source.withBytes { bytes in target[0..<source.count].withMutableBytes { $0.copyMemory(from: bytes) } }
            length = source.count
            codec = .stored
        }
        frames.append(
            FrameRecord(
                offset: UInt64(storedUsed), storedLength: length, plainLength: source.count, firstChunk: firstChunk,
                codec: codec, digest: stored[storedUsed..<storedUsed + length].withBytes { hasher.digest(of: $0) }))
        storedUsed += length
        frameStart = plainUsed
        firstChunk = chunks.count
    }
}
