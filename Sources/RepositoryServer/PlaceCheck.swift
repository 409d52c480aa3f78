internal import Digests
internal import Repository
internal import RepositoryFormat

/// Checks what extents refer to: packs that are there, chunks that the host was granted, and exactly the frames listed.
struct PlaceCheck {
    private struct Pack {
        let reference: PackReference
        let index: PackIndex
        let grants: [UInt8]
        var used: Set<UInt32> = []
    }

    private var packs: [Pack] = []

    init(_ references: [PackReference], host: HostIdentifier, _ dedup: DedupIndex) throws {
        for reference in references {
            guard let grants = try dedup.grants(of: reference.pack, to: host) else {
                throw Refusal.forbidden(
                    "The object refers to pack \(reference.pack.hex.prefix(8)), which was not granted.")
            }
            packs.append(
                Pack(reference: reference, index: try dedup.index(ofReferred: reference.pack), grants: grants))
        }
    }

    /// One run of `sectors` of data.
    mutating func use(_ place: Place, sectors: UInt64) throws {
        let number = Int(place.pack)
        let chunk = Int(place.chunk)
        guard number < packs.count, chunk < packs[number].index.chunks.count,
            (UInt64(place.offset) + sectors) * 512 <= UInt64(packs[number].index.chunks[chunk].length)
        else { throw Refusal.malformed("The object refers to bytes beyond a chunk.") }
        let grants = packs[number].grants
        guard chunk / 8 < grants.count, grants[chunk / 8] & 1 << UInt8(chunk % 8) != 0 else {
            throw Refusal.forbidden(
                "The object refers to chunk \(chunk) of pack \(packs[number].reference.pack.hex.prefix(8)), which was not "
                    + "granted.")
        }
        let frame = packs[number].index.frame(ofChunk: chunk)
        guard packs[number].index.holds(frame: frame) else {
            throw Refusal.malformed("The object refers to frame \(frame), which was collected. Run the capture again.")
        }
        packs[number].used.insert(UInt32(frame))
    }

    /// Garbage collection walks these lists: they must say what is used, no more and no less.
    func finish() throws {
        for pack in packs {
            let listed = pack.reference.frames.reduce(0) { $0 + $1.count }
            guard listed == pack.used.count, pack.reference.frames.allSatisfy({ $0.allSatisfy(pack.used.contains) })
            else { throw Refusal.malformed("The object's list of frames is not what it uses.") }
        }
    }
}
