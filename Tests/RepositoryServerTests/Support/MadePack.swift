import Digests
import RepositoryFormat
import Zstd

/// A pack of one frame as a client would send it, with whatever is wrong with it.
struct MadePack {
    var id: Digest
    var pack: [UInt8]
    var index: [UInt8]

    var name: String { ObjectName.pack(id) }
    var indexName: String { ObjectName.packIndex(id) }

    /// `content` are the plain bytes, `claimed` what the index says of them.
    init(_ content: [UInt8], claimed: [UInt8]? = nil, storedAs stored: [UInt8]? = nil) throws {
        let compressed = try stored ?? Compressor(level: 3).compress(content)
        let promised = claimed ?? content
        let frame = FrameRecord(
            offset: 32, storedLength: compressed.count, plainLength: promised.count, firstChunk: 0, codec: .zstd,
            digest: SHA256.digest(of: compressed))
        let record = ChunkRecord(length: promised.count, identity: SHA256.digest(of: promised))
        index = try PackIndex(frames: [frame], chunks: [record]).encoded()
        id = SHA256.digest(of: index)
        var writer = ByteWriter()
        ObjectHeader.begin(.pack, in: &writer)
        writer.append(compressed)
        ObjectHeader.seal(&writer)
        pack = writer.bytes
    }
}
