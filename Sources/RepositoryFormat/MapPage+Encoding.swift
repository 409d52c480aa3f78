extension MapPage {
    /// A leaf's extents as the format writes them, before compression.
    package static func encodeBody(of extents: [Extent]) -> [UInt8] {
        var writer = ByteWriter(capacity: extents.count * 5)
        var places = PlaceCoder()
        for extent in extents {
            guard extent.kind == .data else {
                writer.append(extent.kind.rawValue)
                writer.appendVariable(extent.length)
                continue
            }
            let tag = extent.kind.rawValue | places.tag(of: extent.place)
            writer.append(tag)
            writer.appendVariable(extent.length)
            places.append(extent.place, tag: tag, to: &writer)
        }
        return writer.bytes
    }

    /// A leaf object around a body that the caller compressed.
    package static func encodeLeaf(
        level: Int, extents: Int, packs: [PackReference], plainLength: Int, compressedBody: [UInt8]
    ) -> [UInt8] {
        var writer = begin(type: 0, level: level, entries: extents, packs: packs.count, plainLength: plainLength)
        PackReference.append(packs, to: &writer)
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
