package import Digests
package import RepositoryFormat

/// What a server answers about one chunk that it has (docs/http-api.md, "Known chunks").
package struct KnownChunk: Hashable, Sendable {
    package var pack: Digest
    /// Number of the chunk in its pack, and of the frame that holds it.
    package var chunk: UInt32
    package var frame: UInt32

    package init(pack: Digest, chunk: UInt32, frame: UInt32) {
        self.pack = pack
        self.chunk = chunk
        self.frame = frame
    }
}

/// Question and answer as bytes.
package enum KnownChunks {
    /// Identities in one question.
    package static let limit = 4_096
    package static let recordLength = 12
    /// As number of a pack: the chunk is not known.
    private static let unknown = UInt32.max

    package static func encode(question: [Digest]) -> [UInt8] {
        var writer = ByteWriter(capacity: question.count * Digest.byteCount)
        for identity in question { writer.append(identity) }
        return writer.bytes
    }

    /// Throws `damaged` for a count that no question has.
    package static func decode(question bytes: [UInt8]) throws(FormatError) -> [Digest] {
        guard bytes.count % Digest.byteCount == 0, (1...limit).contains(bytes.count / Digest.byteCount) else {
            throw FormatError(
                .damaged, "a question of \(bytes.count) bytes: 1 to \(limit) identities of 32 bytes are possible.")
        }
        var reader = ByteReader(bytes, subject: "The question")
        var identities: [Digest] = []
        while reader.remaining > 0 { identities.append(try reader.digest()) }
        return identities
    }

    package static func encode(answer: [KnownChunk?]) -> [UInt8] {
        var packs: [Digest: UInt32] = [:]
        var order: [Digest] = []
        for case let known? in answer where packs[known.pack] == nil {
            packs[known.pack] = UInt32(order.count)
            order.append(known.pack)
        }
        var writer = ByteWriter(capacity: 8 + order.count * Digest.byteCount + answer.count * recordLength)
        writer.append(UInt32(answer.count))
        writer.append(UInt32(order.count))
        for pack in order { writer.append(pack) }
        for known in answer {
            writer.append(known.flatMap { packs[$0.pack] } ?? unknown)
            writer.append(known?.chunk ?? 0)
            writer.append(known?.frame ?? 0)
        }
        return writer.bytes
    }

    /// Reads an answer to `count` identities.
    package static func decode(answer bytes: [UInt8], count: Int) throws(FormatError) -> [KnownChunk?] {
        var reader = ByteReader(bytes, subject: "The server's answer about chunks")
        guard try reader.count("chunks", limit: limit) == count else {
            throw reader.damaged("another count than asked")
        }
        let packCount = try reader.count("packs", limit: count)
        var packs: [Digest] = []
        for _ in 0..<packCount { packs.append(try reader.digest()) }
        var answer: [KnownChunk?] = []
        for _ in 0..<count {
            let pack = try reader.integer(UInt32.self)
            let chunk = try reader.count("as a chunk's number", limit: Limits.chunksInPack - 1)
            let frame = try reader.count("as a frame's number", limit: Limits.framesInPack - 1)
            guard pack != unknown else {
                answer.append(nil)
                continue
            }
            guard Int(pack) < packs.count else { throw reader.damaged("a pack beyond its list") }
            answer.append(KnownChunk(pack: packs[Int(pack)], chunk: UInt32(chunk), frame: UInt32(frame)))
        }
        try reader.finish()
        return answer
    }
}
