package import Digests

extension MapPage {
    /// Reads a page whose digest was already compared. `sectors` is how much of the disk its node covers (clipped to
    /// the disk's end): the extents must fill exactly that. `decompress` opens a zstd frame of the given plain length.
    package static func decode(
        _ bytes: [UInt8], digest: Digest, level expectedLevel: Int, sectors: UInt64,
        decompress: (ArraySlice<UInt8>, Int) throws(FormatError) -> [UInt8]
    ) throws(FormatError) -> MapPage {
        let subject = "Map page \(digest.hex.prefix(8))"
        var reader = try ObjectHeader.open(bytes, as: .mapPage, subject: subject)
        let type = try reader.integer(UInt8.self)
        let level = Int(try reader.integer(UInt8.self))
        try reader.zeros(2)
        let entries = try reader.count("extents", limit: Limits.extentsInLeaf)
        let packCount = try reader.count("packs", limit: Limits.packsInLeaf)
        let plainLength = try reader.count("bytes of extents", limit: Limits.mapPage)
        guard level == expectedLevel else { throw reader.damaged("level \(level) where \(expectedLevel) belongs") }
        if type == 1 {
            guard entries == MapGeometry.fanOut, packCount == 0, level > 0,
                plainLength == entries * NodeReference.byteCount
            else { throw reader.damaged("an interior page of another shape") }
            var children: [NodeReference] = []
            for _ in 0..<entries {
                let child = try NodeReference.decode(&reader)
                guard child.level == level - 1 else { throw reader.damaged("a child of level \(child.level)") }
                children.append(child)
            }
            try reader.finish()
            return .interior(level: level, children: children)
        }
        guard type == 0 else { throw reader.damaged("a page of type \(type)") }
        let packs = try decodePacks(&reader, count: packCount)
        let body = try decompress(try reader.bytes(reader.remaining), plainLength)
        let extents = try decodeBody(body, count: entries, packs: packs.count, sectors: sectors, subject: subject)
        return .leaf(level: level, packs: packs, extents: extents)
    }

    private static func decodePacks(_ reader: inout ByteReader, count: Int) throws(FormatError) -> [PackReference] {
        var packs: [PackReference] = []
        packs.reserveCapacity(count)
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

    private static func decodeBody(
        _ body: [UInt8], count: Int, packs: Int, sectors: UInt64, subject: String
    ) throws(FormatError) -> [Extent] {
        var reader = ByteReader(body, subject: subject)
        var extents: [Extent] = []
        extents.reserveCapacity(count)
        var start: UInt64 = 0
        var previous: Place?
        for _ in 0..<count {
            let tag = try reader.integer(UInt8.self)
            guard let kind = ExtentKind(rawValue: tag & 3), tag >> 5 == 0, kind == .data || tag < 4 else {
                throw reader.damaged("an extent with tag \(tag)")
            }
            let length = try reader.variable()
            guard length > 0, length <= sectors - start else { throw reader.damaged("extents leave their node") }
            var extent = Extent(start: start, length: length, kind: kind)
            if kind == .data {
                extent.place = try decodePlace(&reader, tag: tag, previous: previous, packs: packs)
                guard (UInt64(extent.place.offset) + length) * 512 <= UInt64(Limits.chunk) else {
                    throw reader.damaged("an extent beyond its chunk")
                }
                previous = extent.place
            }
            extents.append(extent)
            start += length
        }
        guard start == sectors else { throw reader.damaged("extents cover \(start) of \(sectors) sectors") }
        try reader.finish()
        return extents
    }

    private static func decodePlace(
        _ reader: inout ByteReader, tag: UInt8, previous: Place?, packs: Int
    ) throws(FormatError) -> Place {
        var pack: UInt64
        if tag & LeafTag.samePack != 0 {
            guard let previous else { throw reader.damaged("an extent without a pack") }
            pack = UInt64(previous.pack)
        } else {
            pack = try reader.variable()
        }
        let base = Int64(previous?.chunk ?? 0)
        var chunk = base + 1
        if tag & LeafTag.nextChunk != 0 {
            guard previous != nil else { throw reader.damaged("an extent that follows no chunk") }
        } else {
            let difference = try reader.zigzag()
            guard abs(difference) <= Int64(Limits.chunksInPack) else { throw reader.damaged("a chunk out of range") }
            chunk = base + difference
        }
        let offset = tag & LeafTag.noOffset == 0 ? try reader.variable() : 0
        guard pack < UInt64(packs), chunk >= 0, chunk < Int64(Limits.chunksInPack), offset < UInt64(Limits.chunk / 512)
        else { throw reader.damaged("a place out of range") }
        return Place(pack: UInt32(pack), chunk: UInt32(chunk), offset: UInt32(offset))
    }
}
