package import Digests

/// A reference to a subtree of a map (format.md, section 8.2).
package struct NodeReference: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case page(Digest, length: Int)
        /// One extent of zero, unused or unknown, without a page.
        case uniform(ExtentKind)
        case beyondDisk
    }

    package static let byteCount = 48
    package var content: Content
    package var level: Int
    package var extents: UInt64

    package init(content: Content, level: Int, extents: UInt64) {
        self.content = content
        self.level = level
        self.extents = extents
    }

    func encode(into writer: inout ByteWriter) {
        var length = 0
        var digest = Digest(words: (0, 0, 0, 0))
        let kind: UInt8
        switch content {
        case .page(let value, let size):
            kind = 0
            digest = value
            length = size
        case .uniform(let value): kind = value.rawValue
        case .beyondDisk: kind = 255
        }
        writer.append(kind)
        writer.append(UInt8(level))
        writer.zeros(2)
        writer.append(UInt32(length))
        writer.append(extents)
        writer.append(digest)
    }

    static func decode(_ reader: inout ByteReader) throws(FormatError) -> NodeReference {
        let kind = try reader.integer(UInt8.self)
        let level = Int(try reader.integer(UInt8.self))
        try reader.zeros(2)
        let length = try reader.count("bytes of a map page", limit: Limits.mapPage)
        let extents = try reader.integer(UInt64.self)
        let digest = try reader.digest()
        let hasPage = length > 0 || digest != Digest(words: (0, 0, 0, 0))
        guard kind == 0 || !hasPage else { throw reader.damaged("a page at a node that has none") }
        guard level <= MapGeometry.highestLevel else { throw reader.damaged("a node of level \(level)") }
        guard extents <= MapGeometry.sectors(atLevel: level) else { throw reader.damaged("more extents than sectors") }
        switch kind {
        case 0: return NodeReference(content: .page(digest, length: length), level: level, extents: extents)
        case 1, 2, 3:
            guard let uniform = ExtentKind(rawValue: kind), extents == 1 else { break }
            return NodeReference(content: .uniform(uniform), level: level, extents: 1)
        case 255 where extents == 0:
            return NodeReference(content: .beyondDisk, level: level, extents: 0)
        default: break
        }
        throw reader.damaged("a node reference of kind \(kind)")
    }
}

/// Sizes of map nodes (format.md, section 8.2).
package enum MapGeometry {
    package static let fanOut = 16
    /// Its node covers 2^51 sectors: 2^60 bytes.
    package static let highestLevel = 10

    /// Sectors that a node of `level` covers.
    package static func sectors(atLevel level: Int) -> UInt64 { 1 << (11 + 4 * UInt64(level)) }

    /// The smallest level whose node covers a disk of `sectors`.
    package static func rootLevel(forDiskOf sectors: UInt64) -> Int {
        var level = 0
        while Self.sectors(atLevel: level) < sectors { level += 1 }
        return level
    }
}
