internal import Buffers
internal import Digests
internal import RepositoryFormat

/// What it takes to fetch and open one frame; a `ViewReader` keeps as many as threads have fetched at once.
///
/// `@unchecked Sendable`: whoever took it out of the reader's list is its only user until it is put back there.
final class ViewReaderOpener: @unchecked Sendable {
    private let reader = FrameReader()
    private var stored = AlignedBuffer(capacity: 512 << 10)

    /// Fetches one frame, verifies it and gives its plain bytes. Throws as the store and `FrameReader.open` do.
    func open(
        _ number: Int, of pack: Digest, _ index: PackIndex, _ repository: Repository
    ) throws(RepositoryError) -> AlignedBuffer {
        let object = repository.indexes.objectName(of: pack)
        do {
            return try open(number, of: pack, index, in: object, repository)
        } catch {
            // A collection may have put the frame elsewhere meanwhile.
            guard error.code == .damaged, try repository.indexes.hasMoved(pack, from: object, index) else {
                throw error
            }
            return try open(
                number, of: pack, try repository.indexes.index(of: pack), in: repository.indexes.objectName(of: pack),
                repository)
        }
    }

    private func open(
        _ number: Int, of pack: Digest, _ index: PackIndex, in object: String, _ repository: Repository
    ) throws(RepositoryError) -> AlignedBuffer {
        let frame = index.frames[number]
        if stored.capacity < frame.storedLength { stored = AlignedBuffer(capacity: frame.storedLength) }
        let bytes = stored[0..<frame.storedLength]
        do throws(StoreError) {
            try repository.store.read(object, at: frame.offset, into: bytes)
        } catch {
            throw RepositoryError(error, object: "Pack \(pack.hex.prefix(8)) (frame \(number))")
        }
        let plain = AlignedBuffer(capacity: frame.plainLength)
        try reader.open(bytes, of: pack, number: number, frame: frame, into: plain.all)
        return plain
    }
}
