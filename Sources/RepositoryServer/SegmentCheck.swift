internal import Buffers
internal import Digests
internal import Repository
internal import RepositoryFormat

/// Opens every block of a segment that arrived, and every frame inside it, in bounded memory.
struct SegmentCheck {
    /// Where the length of the index part stands (format.md, section 10.1).
    private static let indexLengthOffset: UInt64 = 112

    let dedup: DedupIndex
    let lease: Lease

    func verify(_ object: StagedObject, last: Position, _ digest: Digest) throws {
        let index = try readIndex(object, digest)
        guard index.host == lease.host, index.last == last else {
            throw Refusal.forbidden("The segment belongs to another host or position.")
        }
        var places = try PlaceCheck(index.packs, host: lease.host, dedup)
        let buffer = AlignedBuffer(capacity: Limits.segmentBlock + (64 << 10))
        let subject = "Segment \(digest.hex.prefix(8))"
        for block in index.blocks {
            let stored = buffer[0..<block.storedLength]
            try object.read(into: stored, at: block.offset)
            let bytes = stored.withBytes { Array($0) }
            guard SHA256.digest(of: bytes) == block.digest else {
                throw Refusal.malformed("A block of the segment does not match its digest.")
            }
            let body = try MapCheck.decompress(bytes[...], block.plainLength)
            switch index.kind {
            case .journal:
                for record in try block.decodeRecords(
                    body, disks: index.disks, packs: index.placeablePacks, subject: subject)
                where record.kind == .data { try use(record.place, record.length, index, &places) }
            case .delta:
                for extent in try block.decodeExtents(body, packs: index.placeablePacks, subject: subject)
                where extent.kind == .data { try use(extent.place, extent.length, index, &places) }
            }
        }
        try places.finish()
        var frames = FrameCheck()
        for number in index.inline.frames.indices {
            try frames.verify(index.inline, frame: number) { try object.read(into: $0, at: $1) }
        }
    }

    private func use(_ place: Place, _ sectors: UInt64, _ index: SegmentIndex, _ places: inout PlaceCheck) throws {
        guard Int(place.pack) == index.packs.count else { return try places.use(place, sectors: sectors) }
        let chunk = Int(place.chunk)
        guard chunk < index.inline.chunks.count,
            (UInt64(place.offset) + sectors) * 512 <= UInt64(index.inline.chunks[chunk].length)
        else { throw Refusal.malformed("The segment refers to bytes beyond a chunk.") }
    }

    private func readIndex(_ object: StagedObject, _ digest: Digest) throws -> SegmentIndex {
        let small = AlignedBuffer(capacity: 8)
        guard object.count >= Self.indexLengthOffset + 8 else { throw Refusal.malformed("The segment is cut off.") }
        try object.read(into: small.all, at: Self.indexLengthOffset)
        var reader = ByteReader(small.all.withBytes { Array($0) }, subject: "The segment")
        let length = try reader.integer(UInt64.self)
        guard length > 0, length <= min(object.count, UInt64(Limits.segmentIndex)) else {
            throw Refusal.malformed("The segment's index does not fit it.")
        }
        let buffer = AlignedBuffer(capacity: Int(length))
        try object.read(into: buffer.all, at: 0)
        let bytes = buffer.all.withBytes { Array($0) }
        guard SHA256.digest(of: bytes) == digest else {
            throw Refusal.malformed("The segment is not what its name says.")
        }
        return try SegmentIndex.decode(bytes, digest: digest, objectLength: object.count)
    }
}
