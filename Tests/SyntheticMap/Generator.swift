import Buffers
import Digests
import LinuxSystem
import Repository
import RepositoryFormat

/// Makes a repository with one moment of one disk of so many extents, through the real writer.
struct Generator {
    static let host = "extents"
    private static let packLength = 1 << 20
    private static let chunksInFrame = 64

    let path: String
    let extents: UInt64

    func run() throws {
        let repository = try Repository.initialize(DirectoryStore(path, isDurable: false))
        try repository.write(host: Self.host, packLength: Self.packLength) { writer in
            let serials = try store(writer)
            var disk = ScannedDisk(
                number: 0, sizeInBytes: extents * UInt64(Pattern.blockBytes), logicalSectorSize: 512,
                physicalSectorSize: 4_096)
            let sectors = Pattern.blockBytes / 512
            for block in 0..<extents {
                if let content = Pattern.content(ofBlock: block) {
                    disk.appendData(sectors: sectors, serial: serials[content])
                } else {
                    disk.append(.zero, sectors: UInt64(sectors))
                }
            }
            _ = try writer.commit(
                [disk],
                TimelineWriter.Description(
                    machineJSON: Array("{}".utf8), label: "", quality: .cold, scanStarted: Clocks.utcNanoseconds,
                    writer: "synthetic-map"))
        }
    }

    /// Stores every content once, as it is; answers their serial numbers.
    private func store(_ writer: TimelineWriter) throws -> [UInt32] {
        let pattern = Pattern()
        let hasher = SHA256()
        var serials: [UInt32] = []
        for first in stride(from: 0, to: Pattern.contents, by: Self.chunksInFrame) {
            var chunks: [(serial: UInt32, record: ChunkRecord)] = []
            for content in first..<first + Self.chunksInFrame {
                let identity = pattern.slice(of: content).withBytes { hasher.digest(of: $0) }
                let serial = writer.chunks.claim(identity).serial
                chunks.append((serial, ChunkRecord(length: Pattern.blockBytes, identity: identity)))
                serials.append(serial)
            }
            let range = first * Pattern.blockBytes..<(first + Self.chunksInFrame) * Pattern.blockBytes
            let frame = pattern.bytes[range]
            try writer.writer.add(
                SealedFrame(
                    stored: frame, digest: frame.withBytes { hasher.digest(of: $0) }, codec: .stored, chunks: chunks))
        }
        return serials
    }
}
