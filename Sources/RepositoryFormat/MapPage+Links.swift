package import Digests

extension MapPage {
    /// What a page names, without opening its extents.
    package enum Links: Sendable {
        case pages([NodeReference])
        case packs([PackReference])
    }

    /// Reads the links of a page whose digest was already compared.
    package static func links(_ bytes: [UInt8], digest: Digest) throws(FormatError) -> Links {
        var reader = try ObjectHeader.open(bytes, as: .mapPage, subject: "Map page \(digest.hex.prefix(8))")
        let type = try reader.integer(UInt8.self)
        let level = Int(try reader.integer(UInt8.self))
        try reader.zeros(2)
        let entries = try reader.count("extents", limit: Limits.extentsInLeaf)
        let packs = try reader.count("packs", limit: Limits.packsInLeaf)
        try reader.skip(4)
        guard type == 1 else {
            guard type == 0 else { throw reader.damaged("a page of type \(type)") }
            return .packs(try PackReference.read(&reader, count: packs))
        }
        guard entries == MapGeometry.fanOut else { throw reader.damaged("an interior page of another shape") }
        var children: [NodeReference] = []
        for _ in 0..<entries {
            let child = try NodeReference.decode(&reader)
            guard child.level == level - 1 else { throw reader.damaged("a child of level \(child.level)") }
            children.append(child)
        }
        return .pages(children)
    }
}
