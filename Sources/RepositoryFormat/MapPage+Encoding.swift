extension MapPage {
    /// A leaf's extents as the format writes them, before compression.
    package static func encodeBody(of extents: [Extent]) -> [UInt8] {
        var writer = ByteWriter(capacity: extents.count * 5)
        var previous: Place?
        for extent in extents {
            guard extent.kind == .data else {
                writer.append(extent.kind.rawValue)
                writer.appendVariable(extent.length)
                continue
            }
            let place = extent.place
            let samePack = previous?.pack == place.pack
            let nextChunk = previous.map { $0.chunk &+ 1 == place.chunk } ?? false
            var tag = extent.kind.rawValue
            if samePack { tag |= LeafTag.samePack }
            if nextChunk { tag |= LeafTag.nextChunk }
            if place.offset == 0 { tag |= LeafTag.noOffset }
            writer.append(tag)
            writer.appendVariable(extent.length)
            if !samePack { writer.appendVariable(UInt64(place.pack)) }
            if !nextChunk { writer.appendZigzag(Int64(place.chunk) - Int64(previous?.chunk ?? 0)) }
            if place.offset != 0 { writer.appendVariable(UInt64(place.offset)) }
            previous = place
        }
        return writer.bytes
    }

    /// A leaf object around a body that the caller compressed.
    package static func encodeLeaf(
        level: Int, extents: Int, packs: [PackReference], plainLength: Int, compressedBody: [UInt8]
    ) -> [UInt8] {
        var writer = begin(type: 0, level: level, entries: extents, packs: packs.count, plainLength: plainLength)
        for reference in packs {
            writer.append(reference.pack)
            writer.append(UInt32(reference.frames.count))
            for range in reference.frames {
                writer.append(range.lowerBound)
                writer.append(UInt32(range.count))
            }
        }
        writer.append(compressedBody)
        ObjectHeader.seal(&writer)
        return writer.bytes
    }

    package static func encodeInterior(level: Int, children: [NodeReference]) -> [UInt8] {
        let length = MapGeometry.fanOut * NodeReference.byteCount
        var writer = begin(type: 1, level: level, entries: children.count, packs: 0, plainLength: length)
        for child in children { child.encode(into: &writer) }
        ObjectHeader.seal(&writer)
        return writer.bytes
    }

    private static func begin(type: UInt8, level: Int, entries: Int, packs: Int, plainLength: Int) -> ByteWriter {
        var writer = ByteWriter(capacity: 4_096)
        ObjectHeader.begin(.mapPage, in: &writer)
        writer.append(type)
        writer.append(UInt8(level))
        writer.zeros(2)
        writer.append(UInt32(entries))
        writer.append(UInt32(packs))
        writer.append(UInt32(plainLength))
        return writer
    }
}

/// Bits of a leaf record's tag above the kind.
enum LeafTag {
    static let samePack: UInt8 = 1 << 2
    static let nextChunk: UInt8 = 1 << 3
    static let noOffset: UInt8 = 1 << 4
}
