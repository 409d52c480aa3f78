import Buffers
import Digests
import Repository
import RepositoryFormat

/// Reads views sector by sector as numbers; every stored byte behind them is compared once for each frame.
final class ModelReader {
    private struct Frame: Hashable {
        let pack: Digest
        let number: Int
    }

    private let repository: Repository
    private let reader = FrameReader()
    private var frames: [Frame: [UInt32]] = [:]

    init(_ repository: Repository) { self.repository = repository }

    /// The numbers of a data extent's sectors.
    func ids(of extent: Extent, _ packs: PackTable) throws -> ArraySlice<UInt32> {
        let pack = packs.id(extent.place.pack)
        let index = try repository.indexes.index(of: pack)
        let chunk = Int(extent.place.chunk)
        guard chunk < index.chunks.count,
            Int(extent.place.offset) + Int(extent.length) <= index.chunks[chunk].length / 512
        else { throw Unreadable(what: "chunk \(chunk) of pack \(pack.hex.prefix(8)) is not so long") }
        let number = index.frame(ofChunk: chunk)
        let ids = try self.frame(Frame(pack: pack, number: number), index)
        let start = Int(index.chunkOffsets[chunk]) / 512 + Int(extent.place.offset)
        return ids[start..<start + Int(extent.length)]
    }

    struct Unreadable: Error { let what: String }

    private func frame(_ frame: Frame, _ index: PackIndex) throws -> [UInt32] {
        if let known = frames[frame] { return known }
        let record = index.frames[frame.number]
        let stored = AlignedBuffer(capacity: record.storedLength)
        let plain = AlignedBuffer(capacity: record.plainLength)
        try repository.store.read(repository.indexes.objectName(of: frame.pack), at: record.offset, into: stored.all)
        try reader.open(stored.all, of: frame.pack, number: frame.number, frame: record, into: plain.all)
        let ids = plain.all.withBytes { SectorContent.ids(of: $0) }
        frames[frame] = ids
        return ids
    }
}
