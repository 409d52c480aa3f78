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
        let packs = try PackReference.read(&reader, count: packCount)
        let body = try decompress(try reader.bytes(reader.remaining), plainLength)
        let extents = try decodeBody(body, count: entries, packs: packs.count, sectors: sectors, subject: subject)
        return .leaf(level: level, packs: packs, extents: extents)
    }

    private static func decodeBody(
        _ body: [UInt8], count: Int, packs: Int, sectors: UInt64, subject: String
    ) throws(FormatError) -> [Extent] {
        var reader = ByteReader(body, subject: subject)
        var extents: [Extent] = []
        extents.reserveCapacity(count)
        var start: UInt64 = 0
        var places = PlaceCoder()
        for _ in 0..<count {
            let tag = try reader.integer(UInt8.self)
            guard let kind = ExtentKind(rawValue: tag & 3), tag >> 5 == 0, kind == .data || tag < 4 else {
                throw reader.damaged("an extent with tag \(tag)")
            }
            let length = try reader.variable()
            guard length > 0, length <= sectors - start else { throw reader.damaged("extents leave their node") }
            var extent = Extent(start: start, length: length, kind: kind)
            if kind == .data {
                extent.place = try places.read(&reader, tag: tag, packs: packs, length: length)
            }
            extents.append(extent)
            start += length
        }
        guard start == sectors else { throw reader.damaged("extents cover \(start) of \(sectors) sectors") }
        try reader.finish()
        return extents
    }
}
