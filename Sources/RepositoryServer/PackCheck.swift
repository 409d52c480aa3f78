internal import Buffers
internal import Digests
internal import Repository
internal import RepositoryFormat
internal import Zstd

/// Opens every frame of a pack that arrived and computes every identity anew, in bounded memory.
enum PackCheck {
    static func verify(_ pack: StagedObject, _ index: PackIndex) throws {
        guard pack.count == index.packLength else {
            throw Refusal.malformed("The pack holds \(pack.count) bytes and its index says \(index.packLength).")
        }
        let head = AlignedBuffer(capacity: ObjectHeader.byteCount)
        try pack.read(into: head.all, at: 0)
        var reader = ByteReader(head.all.withBytes { Array($0) }, subject: "The pack")
        guard try ObjectHeader.check(&reader, as: .pack) == index.packLength else {
            throw Refusal.malformed("The pack's header says another length.")
        }
        var frames = FrameCheck()
        for number in index.frames.indices {
            try frames.verify(index, frame: number) { slice, offset in try pack.read(into: slice, at: offset) }
        }
    }
}

/// Checks frames one after the other with the same two buffers.
struct FrameCheck: ~Copyable {
    private let stored = AlignedBuffer(capacity: Limits.frameStored)
    private let plain = AlignedBuffer(capacity: Limits.framePlain)
    private let hasher = SHA256()
    private let decompressor = Decompressor()

    /// The digest of the stored bytes, the exact plain length, and the identity of every chunk.
    mutating func verify(
        _ index: PackIndex, frame number: Int, read: (BufferSlice, UInt64) throws -> Void
    ) throws {
        let frame = index.frames[number]
        let source = stored[0..<frame.storedLength]
        try read(source, frame.offset)
        guard source.withBytes({ hasher.digest(of: $0) }) == frame.digest else {
            throw Refusal.malformed("Frame \(number) does not match its digest.")
        }
        var opened = source
        if frame.codec == .zstd {
            opened = plain[0..<frame.plainLength]
            do {
                // The decoder gets exactly this much room: a frame that would give more ends there.
                try decompressor.decompress(source, into: opened)
            } catch { throw Refusal.malformed("Frame \(number) cannot be opened: \(error).") }
        }
        for chunk in index.chunks(ofFrame: number) {
            let start = Int(index.chunkOffsets[chunk])
            let bytes = opened[start..<start + index.chunks[chunk].length]
            guard bytes.withBytes({ hasher.digest(of: $0) }) == index.chunks[chunk].identity else {
                throw Refusal.malformed("Chunk \(chunk) is not what its identity says.")
            }
        }
    }
}
