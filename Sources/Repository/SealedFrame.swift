package import Buffers
package import Digests
package import RepositoryFormat

/// A frame that is compressed and hashed, ready to be put into a pack. The slice may be reused after it was added.
package struct SealedFrame: Sendable {
    package var stored: BufferSlice
    package var digest: Digest
    package var codec: FrameRecord.Codec
    /// The chunks in the frame in order, with the serial numbers the chunk index gave.
    package var chunks: [(serial: UInt32, record: ChunkRecord)]

    package init(
        stored: BufferSlice, digest: Digest, codec: FrameRecord.Codec, chunks: [(serial: UInt32, record: ChunkRecord)]
    ) {
        self.stored = stored
        self.digest = digest
        self.codec = codec
        self.chunks = chunks
    }
}
