internal import Digests
internal import Repository
internal import RepositoryFormat
internal import Zstd

/// Checks map pages, and maps from their roots.
struct MapCheck {
    let dedup: DedupIndex
    let lease: Lease
    let store: DirectoryStore

    /// A page as it arrives. One that ends with its disk cannot be told from a damaged one yet, and is checked with its root.
    func checkPage(_ bytes: [UInt8], _ digest: Digest) throws {
        var reader = try ObjectHeader.open(bytes, as: .mapPage, subject: "Map page \(digest.hex.prefix(8))")
        _ = try reader.integer(UInt8.self)
        let level = Int(try reader.integer(UInt8.self))
        guard level <= MapGeometry.highestLevel else { throw Refusal.malformed("A map page of level \(level).") }
        let page: MapPage
        do {
            page = try MapPage.decode(
                bytes, digest: digest, level: level, sectors: MapGeometry.sectors(atLevel: level),
                decompress: Self.decompress)
        } catch {
            if error.code == .damaged { return }
            throw error
        }
        switch page {
        case .leaf(_, let packs, let extents): try check(packs, extents)
        case .interior(_, let children):
            let areWhole = children.allSatisfy { child in
                switch child.content {
                case .page(let digest, _): lease.isChecked(digest)
                case .uniform: true
                case .beyondDisk: false
                }
            }
            guard areWhole else { return }
        }
        lease.note(checked: digest)
    }

    /// All of a map that the host's `previous` map does not hold at the same place.
    func checkMap(_ root: MapRoot, previous: MapRoot?) throws {
        for disk in root.disks {
            let old = previous?.disks.first { $0.number == disk.number && $0.sizeInBytes == disk.sizeInBytes }
            try visit(disk.root, old?.root, start: 0, disk: disk)
        }
    }

    private func visit(_ node: NodeReference, _ old: NodeReference?, start: UInt64, disk: DiskRecord) throws {
        let whole = MapGeometry.sectors(atLevel: node.level)
        let end = min(start + whole, disk.sectors)
        guard start < end else {
            guard node.content == .beyondDisk else { throw Refusal.malformed("A map has nodes beyond its disk.") }
            return
        }
        switch node.content {
        case .beyondDisk: throw Refusal.malformed("A map ends before its disk.")
        case .uniform: return
        case .page(let digest, let length):
            // The old map was checked when it came, or made on this machine.
            if node.content == old?.content { return }
            let name = ObjectName.mapPage(host: lease.host, digest: digest)
            try store.spare(name)
            if end - start == whole, lease.isChecked(digest) {
                guard try store.length(of: name) == UInt64(length) else { throw missing(name) }
                return
            }
            switch try page(digest, length: length, level: node.level, sectors: end - start) {
            case .leaf(_, let packs, let extents): try check(packs, extents)
            case .interior(_, let children):
                let others = try oldChildren(old, start: start, disk: disk)
                let step = MapGeometry.sectors(atLevel: node.level - 1)
                for (index, child) in children.enumerated() {
                    try visit(child, others?[index], start: start + UInt64(index) * step, disk: disk)
                }
            }
        }
    }

    private func oldChildren(_ old: NodeReference?, start: UInt64, disk: DiskRecord) throws -> [NodeReference]? {
        guard let old, case .page(let digest, let length) = old.content else { return nil }
        let end = min(start + MapGeometry.sectors(atLevel: old.level), disk.sectors)
        // A page of an older map that was damaged meanwhile only costs the comparison.
        guard
            case .interior(_, let children)? = try? page(digest, length: length, level: old.level, sectors: end - start)
        else { return nil }
        return children
    }

    private func page(_ digest: Digest, length: Int, level: Int, sectors: UInt64) throws -> MapPage {
        do {
            return try MapReader(store: store, host: lease.host, packs: PackTable()).page(
                digest, length: length, level: level, sectors: sectors)
        } catch {
            if error.code == .damaged { throw Refusal.malformed(error.message) }
            throw error
        }
    }

    private func check(_ packs: [PackReference], _ extents: [Extent]) throws {
        var places = try PlaceCheck(packs, host: lease.host, dedup)
        for extent in extents where extent.kind == .data { try places.use(extent.place, sectors: extent.length) }
        try places.finish()
    }

    private func missing(_ name: String) -> Refusal { .malformed("\(name) is not there.") }

    static func decompress(_ body: ArraySlice<UInt8>, _ length: Int) throws(FormatError) -> [UInt8] {
        guard length > 0 else { throw FormatError(.damaged, "A compressed body is empty.") }
        do {
            return try Decompressor().decompress(body, length: length)
        } catch { throw FormatError(.damaged, "A compressed body cannot be opened: \(error).") }
    }
}
