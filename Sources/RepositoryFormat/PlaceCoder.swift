/// Writes and reads places as differences from the place before (format.md, section 8.2, leaf body).
struct PlaceCoder {
    /// Bits of a record's tag above the kind.
    static let samePack: UInt8 = 1 << 2
    static let nextChunk: UInt8 = 1 << 3
    static let noOffset: UInt8 = 1 << 4

    private var previous: Place?

    /// The tag bits for a place.
    @inline(__always)
    func tag(of place: Place) -> UInt8 {
        var tag: UInt8 = place.offset == 0 ? Self.noOffset : 0
        guard let previous else { return tag }
        if previous.pack == place.pack { tag |= Self.samePack }
        if previous.chunk &+ 1 == place.chunk { tag |= Self.nextChunk }
        return tag
    }

    /// Appends the fields that `tag` does not say.
    @inline(__always)
    mutating func append(_ place: Place, tag: UInt8, to writer: inout ByteWriter) {
        if tag & Self.samePack == 0 { writer.appendVariable(UInt64(place.pack)) }
        if tag & Self.nextChunk == 0 { writer.appendZigzag(Int64(place.chunk) - Int64(previous?.chunk ?? 0)) }
        if tag & Self.noOffset == 0 { writer.appendVariable(UInt64(place.offset)) }
        previous = place
    }

    /// Reads a place of `length` sectors; `packs` are the numbers it may name.
    @inline(__always)
    mutating func read(
        _ reader: inout ByteReader, tag: UInt8, packs: Int, length: UInt64
    ) throws(FormatError) -> Place {
        var pack: UInt64
        if tag & Self.samePack != 0 {
            guard let previous else { throw reader.damaged("an extent without a pack") }
            pack = UInt64(previous.pack)
        } else {
            pack = try reader.variable()
        }
        let base = Int64(previous?.chunk ?? 0)
        var chunk = base + 1
        if tag & Self.nextChunk != 0 {
            guard previous != nil else { throw reader.damaged("an extent that follows no chunk") }
        } else {
            let difference = try reader.zigzag()
            guard abs(difference) <= Int64(Limits.chunksInPack) else { throw reader.damaged("a chunk out of range") }
            chunk = base + difference
        }
        let offset = tag & Self.noOffset == 0 ? try reader.variable() : 0
        guard pack < UInt64(packs), chunk >= 0, chunk < Int64(Limits.chunksInPack), offset < UInt64(Limits.chunk / 512)
        else { throw reader.damaged("a place out of range") }
        guard length <= UInt64(Limits.chunk / 512) - offset else { throw reader.damaged("an extent beyond its chunk") }
        let place = Place(pack: UInt32(pack), chunk: UInt32(chunk), offset: UInt32(offset))
        previous = place
        return place
    }
}

extension PackReference {
    /// Appends a list of packs with their frames, without its count.
    static func append(_ list: [PackReference], to writer: inout ByteWriter) {
        for reference in list {
            writer.append(reference.pack)
            writer.append(UInt32(reference.frames.count))
            for range in reference.frames {
                writer.append(range.lowerBound)
                writer.append(UInt32(range.count))
            }
        }
    }

    /// Reads `count` packs with their frames.
    static func read(_ reader: inout ByteReader, count: Int) throws(FormatError) -> [PackReference] {
        var packs: [PackReference] = []
        for _ in 0..<count {
            let id = try reader.digest()
            let ranges = try reader.count("frame ranges", limit: Limits.framesInPack)
            var frames: [Range<UInt32>] = []
            var next: UInt64 = 0
            for _ in 0..<ranges {
                let first = try reader.integer(UInt32.self)
                let length = try reader.integer(UInt32.self)
                let end = UInt64(first) + UInt64(length)
                guard length > 0, UInt64(first) >= next, end <= UInt64(Limits.framesInPack) else {
                    throw reader.damaged("frame ranges out of order")
                }
                next = end + 1
                frames.append(first..<UInt32(end))
            }
            packs.append(PackReference(pack: id, frames: frames))
        }
        return packs
    }
}
