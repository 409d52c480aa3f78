package import Digests

extension PackIndex {
    static let frameSize = 56
    static let chunkSize = 36

    /// The bytes of the index object; their SHA-256 is the pack-id.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 64 + frames.count * Self.frameSize + chunks.count * Self.chunkSize)
        ObjectHeader.begin(.packIndex, in: &writer)
        writer.append(packLength)
        writer.append(UInt32(frames.count))
        writer.append(UInt32(chunks.count))
        writer.append(UInt64(frames.reduce(0) { $0 + $1.plainLength }))
        writer.append(UInt64(0))
        encodeTables(into: &writer)
        ObjectHeader.seal(&writer)
        return writer.bytes
    }

    /// The frame and chunk records; segments carry them too.
    func encodeTables(into writer: inout ByteWriter) {
        for frame in frames {
            writer.append(frame.offset)
            writer.append(UInt32(frame.storedLength))
            writer.append(UInt32(frame.plainLength))
            writer.append(UInt32(frame.firstChunk))
            writer.append(frame.codec.rawValue)
            writer.zeros(3)
            writer.append(frame.digest)
        }
        for chunk in chunks {
            writer.append(UInt32(chunk.length))
            writer.append(chunk.identity)
        }
    }

    /// Reads an index whose digest was already compared with `id`.
    package static func decode(_ bytes: [UInt8], id: Digest) throws(FormatError) -> PackIndex {
        let subject = "The index of pack \(id.hex.prefix(8))"
        var reader = try ObjectHeader.open(bytes, as: .packIndex, subject: subject)
        let packLength = try reader.integer(UInt64.self)
        let frameCount = try reader.count("frames", limit: Limits.framesInPack)
        let chunkCount = try reader.count("chunks", limit: Limits.chunksInPack)
        let plainLength = try reader.integer(UInt64.self)
        try reader.zeros(8)
        let index = try decodeTables(&reader, frames: frameCount, chunks: chunkCount, subject: subject)
        guard index.packLength == packLength,
            plainLength == UInt64(index.frames.reduce(0) { $0 + $1.plainLength })
        else { throw reader.damaged("its totals do not add up") }
        return index
    }

    /// Reads the frame and chunk records of a pack whose frames start at byte `start` of their object.
    static func decodeTables(
        _ reader: inout ByteReader, frames frameCount: Int, chunks chunkCount: Int,
        from start: UInt64 = UInt64(ObjectHeader.byteCount), subject: String
    ) throws(FormatError) -> PackIndex {
        guard reader.remaining == frameCount * frameSize + chunkCount * chunkSize else {
            throw reader.damaged("its tables do not fill it")
        }
        var frames: [FrameRecord] = []
        frames.reserveCapacity(frameCount)
        for _ in 0..<frameCount { frames.append(try decodeFrame(&reader)) }
        var chunks: [ChunkRecord] = []
        chunks.reserveCapacity(chunkCount)
        for _ in 0..<chunkCount { chunks.append(try decodeChunk(&reader)) }
        return try PackIndex(frames: frames, chunks: chunks, from: start, subject: subject)
    }

    private static func decodeFrame(_ reader: inout ByteReader) throws(FormatError) -> FrameRecord {
        let offset = try reader.integer(UInt64.self)
        let stored = try reader.count("stored bytes of a frame", limit: Limits.frameStored)
        let plain = try reader.count("plain bytes of a frame", limit: Limits.framePlain)
        let firstChunk = try reader.count("as a first chunk", limit: Limits.chunksInPack)
        guard let codec = FrameRecord.Codec(rawValue: try reader.integer()) else {
            throw reader.damaged("a frame has an unknown codec")
        }
        try reader.zeros(3)
        return FrameRecord(
            offset: offset, storedLength: stored, plainLength: plain, firstChunk: firstChunk, codec: codec,
            digest: try reader.digest())
    }

    private static func decodeChunk(_ reader: inout ByteReader) throws(FormatError) -> ChunkRecord {
        let length = try reader.count("bytes of a chunk", limit: Limits.chunk)
        guard length > 0, length % 512 == 0 else { throw reader.damaged("a chunk of \(length) bytes") }
        return ChunkRecord(length: length, identity: try reader.digest())
    }
}
