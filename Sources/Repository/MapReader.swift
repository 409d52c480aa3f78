package import Digests
package import RepositoryFormat
internal import Zstd

/// Reads the tree of one disk's map. Pages are verified against the digest their parent holds.
package struct MapReader: Sendable {
    let store: any ObjectStore
    let host: HostIdentifier
    let packs: PackTable
    var kept: ChunkCache<Digest, MapPage>?

    package init(store: any ObjectStore, host: HostIdentifier, packs: PackTable) {
        self.store = store
        self.host = host
        self.packs = packs
    }

    /// Calls `body` with every extent of the disk that touches `range` (sectors), clipped to it, in order and without
    /// gaps. Neighbours that a leaf's border cut are joined again. Holds one page a level in memory.
    package func extents(
        of disk: DiskRecord, in range: Range<UInt64>? = nil, _ body: (Extent) throws -> Void
    ) throws {
        let wanted = range ?? 0..<disk.sectors
        var held: Extent?
        try visit(disk.root, start: 0, disk: disk, wanted: wanted) { extent in
            if var last = held {
                if last.joins(extent) {
                    last.length += extent.length
                    held = last
                    return
                }
                try body(last)
            }
            held = extent
        }
        if let held { try body(held) }
    }

    private func visit(
        _ node: NodeReference, start: UInt64, disk: DiskRecord, wanted: Range<UInt64>,
        _ body: (Extent) throws -> Void
    ) throws {
        let end = min(start + MapGeometry.sectors(atLevel: node.level), disk.sectors)
        guard start < end else {
            guard node.content == .beyondDisk else {
                throw RepositoryError(.damaged, "A map of disk \(disk.number) has nodes beyond the disk's end.")
            }
            return
        }
        guard start < wanted.upperBound, end > wanted.lowerBound else { return }
        switch node.content {
        case .beyondDisk:
            throw RepositoryError(.damaged, "A map of disk \(disk.number) ends at sector \(start) of \(disk.sectors).")
        case .uniform(let kind):
            try body(Extent(start: start, length: end - start, kind: kind).clipped(to: wanted))
        case .page(let digest, let length):
            switch try keptPage(digest, length: length, level: node.level, sectors: end - start) {
            case .interior(_, let children):
                let step = MapGeometry.sectors(atLevel: node.level - 1)
                for (index, child) in children.enumerated() {
                    try visit(child, start: start + UInt64(index) * step, disk: disk, wanted: wanted, body)
                }
            case .leaf(_, let references, let extents):
                let numbers = references.map { packs.number(of: $0.pack) }
                for var extent in extents {
                    extent.start += start
                    guard extent.end > wanted.lowerBound, extent.start < wanted.upperBound else { continue }
                    if extent.kind == .data { extent.place.pack = numbers[Int(extent.place.pack)] }
                    try body(extent.clipped(to: wanted))
                }
            }
        }
    }

    private func keptPage(
        _ digest: Digest, length: Int, level: Int, sectors: UInt64
    ) throws(RepositoryError) -> MapPage {
        // A page is what its digest says; that it lies where it should was checked when it was read there.
        guard let kept else { return try page(digest, length: length, level: level, sectors: sectors) }
        return try kept.value(for: digest) { () throws(RepositoryError) in
            let page = try page(digest, length: length, level: level, sectors: sectors)
            return (page, page.cost)
        }
    }

    /// One page, verified and decoded.
    package func page(
        _ digest: Digest, length: Int, level: Int, sectors: UInt64
    ) throws(RepositoryError) -> MapPage {
        let bytes = try store.readVerified(
            ObjectName.mapPage(host: host, digest: digest),
            ObjectReference(digest: digest, length: UInt64(length)), subject: "Map page \(digest.hex.prefix(8))")
        return try decoding { () throws(FormatError) in
            try MapPage.decode(bytes, digest: digest, level: level, sectors: sectors, decompress: Self.decompress)
        }
    }

    private static func decompress(_ body: ArraySlice<UInt8>, _ length: Int) throws(FormatError) -> [UInt8] {
        guard length > 0 else { throw FormatError(.damaged, "A map page is damaged: it has no extents.") }
        do {
            return try Decompressor().decompress(body, length: length)
        } catch { throw FormatError(.damaged, "A map page is damaged: \(error).") }
    }
}
