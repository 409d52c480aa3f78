package import Digests

/// One frame of a pack (format.md, section 7.2).
package struct FrameRecord: Hashable, Sendable {
    package enum Codec: UInt8, Sendable {
        case stored = 0
        case zstd = 1
    }

    package var offset: UInt64
    package var storedLength: Int
    package var plainLength: Int
    package var firstChunk: Int
    package var codec: Codec
    /// SHA-256 of the stored bytes.
    package var digest: Digest

    package init(
        offset: UInt64, storedLength: Int, plainLength: Int, firstChunk: Int, codec: Codec, digest: Digest
    ) {
        self.offset = offset
        self.storedLength = storedLength
        self.plainLength = plainLength
        self.firstChunk = firstChunk
        self.codec = codec
        self.digest = digest
    }
}

/// One chunk of a pack: its length in plain bytes and SHA-256 of these.
package struct ChunkRecord: Hashable, Sendable {
    package var length: Int
    package var identity: Digest

    package init(length: Int, identity: Digest) {
        self.length = length
        self.identity = identity
    }
}

/// The index of a pack: where its frames lie and what its chunks are (format.md, section 7.2).
package struct PackIndex: Hashable, Sendable {
    package private(set) var frames: [FrameRecord]
    package private(set) var chunks: [ChunkRecord]
    /// Length of the pack object.
    package private(set) var packLength: UInt64
    /// Where each chunk starts in its frame's plain bytes.
    package private(set) var chunkOffsets: [UInt32]

    /// Checks that frames follow each other from byte `start` and that chunks fill them; `subject` names it in errors.
    package init(
        frames: [FrameRecord], chunks: [ChunkRecord], from start: UInt64 = UInt64(ObjectHeader.byteCount),
        subject: String = "A new pack index"
    ) throws(FormatError) {
        self.frames = frames
        self.chunks = chunks
        let damaged = { (what: String) in FormatError(.damaged, "\(subject) is damaged: \(what).") }
        guard frames.count <= Limits.framesInPack, chunks.count <= Limits.chunksInPack else {
            throw damaged("\(frames.count) frames or \(chunks.count) chunks are more than a pack may hold")
        }
        var offset = start
        var chunkOffsets = [UInt32](repeating: 0, count: chunks.count)
        for (number, frame) in frames.enumerated() {
            let end = number + 1 < frames.count ? frames[number + 1].firstChunk : chunks.count
            guard frame.offset == offset, frame.storedLength > 0,
                frame.firstChunk < end, end <= chunks.count, number > 0 || frame.firstChunk == 0
            else { throw damaged("frame \(number) is out of order") }
            var plain = 0
            for chunk in frame.firstChunk..<end {
                chunkOffsets[chunk] = UInt32(plain)
                plain += chunks[chunk].length
                guard plain <= Limits.framePlain else { throw damaged("the chunks of frame \(number) do not fit it") }
            }
            guard plain == frame.plainLength, frame.codec == .zstd || frame.storedLength == plain else {
                throw damaged("frame \(number) and its chunks disagree about its length")
            }
            offset += UInt64(frame.storedLength)
        }
        guard offset <= Limits.pack else { throw damaged("its pack is longer than the limit") }
        guard !frames.isEmpty || chunks.isEmpty else { throw damaged("chunks without a frame") }
        packLength = offset
        self.chunkOffsets = chunkOffsets
    }

    /// The same chunks in frames that lie elsewhere (`hollowed`).
    init(replacing frames: [FrameRecord], of other: PackIndex, length: UInt64) {
        self = other
        self.frames = frames
        packLength = length
    }

    /// The number of the frame that holds a chunk. Complexity: logarithmic in the frames.
    package func frame(ofChunk chunk: Int) -> Int {
        var low = 0
        var high = frames.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if frames[middle].firstChunk <= chunk { low = middle } else { high = middle }
        }
        return low
    }

    /// The chunks of a frame.
    package func chunks(ofFrame frame: Int) -> Range<Int> {
        frames[frame].firstChunk..<(frame + 1 < frames.count ? frames[frame + 1].firstChunk : chunks.count)
    }
}
