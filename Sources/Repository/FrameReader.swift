package import Buffers
package import Digests
package import RepositoryFormat
internal import Zstd

/// Opens frames: verifies the stored bytes against the index, then decompresses. One thread at a time.
package struct FrameReader: ~Copyable {
    private let hasher = SHA256()
    private let decompressor = Decompressor()

    package init() {}

    /// Checks `stored` against the record and fills the start of `plain`, which has room for `frame.plainLength`.
    ///
    /// Throws `damaged` naming pack, frame and bytes; `plain` is then unspecified.
    package func open(
        _ stored: BufferSlice, of pack: Digest, number: Int, frame: FrameRecord, into plain: BufferSlice
    ) throws(RepositoryError) {
        guard frame.storedLength > 0 else {
            throw Self.damaged(pack, number, frame, "was collected: nothing that is kept needed it")
        }
        guard stored.withBytes({ hasher.digest(of: $0) }) == frame.digest else {
            throw Self.damaged(pack, number, frame, "does not match its digest")
        }
        let target = plain[0..<frame.plainLength]
        switch frame.codec {
        case .stored:
            stored.withBytes { source in target.withMutableBytes { $0.copyMemory(from: source) } }
        case .zstd:
            do {
                try decompressor.decompress(stored, into: target)
            } catch { throw Self.damaged(pack, number, frame, "cannot be decompressed: \(error)") }
        }
    }

    /// The SHA-256 of some bytes, with this reader's context.
    package func identity(of slice: BufferSlice) -> Digest { slice.withBytes { hasher.digest(of: $0) } }

    package static func damaged(
        _ pack: Digest, _ number: Int, _ frame: FrameRecord, _ what: String
    ) -> RepositoryError {
        let end = frame.offset + UInt64(frame.storedLength)
        return RepositoryError(
            .damaged, "Pack \(pack.hex.prefix(8)) is damaged: frame \(number) (bytes \(frame.offset)–\(end)) \(what).")
    }
}
