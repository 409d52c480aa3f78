import Digests
import FoundationEssentials
import Repository
import RepositoryFormat
import RepositoryTesting

/// A disk's map built and read back, with one table of packs on both sides.
final class TestMap {
    static let host = UUID()
    let store: MemoryStore
    let packs: PackTable

    init(store: MemoryStore = MemoryStore(), packs: PackTable = PackTable()) {
        self.store = store
        self.packs = packs
        for number in 0..<6 { _ = packs.number(of: SHA256.digest(of: [UInt8(number)])) }
    }

    /// Four chunks a frame.
    static func frame(of place: Place) -> UInt32 { place.chunk / 4 }

    func build(_ extents: [Extent], number: UInt32 = 0) throws -> DiskRecord {
        let pages = PageEncoder(store: store, host: Self.host, packs: packs) { place in Int(Self.frame(of: place)) }
        let size = (extents.last?.end ?? 0) * 512
        var builder = MapBuilder(sizeInBytes: size, pages: pages)
        for extent in extents { try builder.append(extent) }
        let record = try builder.finish(
            DiskRecord(
                id: Self.host, number: number, logicalSectorSize: 512, physicalSectorSize: 512, sizeInBytes: size,
                root: NodeReference(content: .beyondDisk, level: 0, extents: 0)))
        try pages.finish()
        return record
    }

    func extents(of disk: DiskRecord, in range: Range<UInt64>? = nil) throws -> [Extent] {
        var result: [Extent] = []
        let reader = MapReader(store: store, host: Self.host, packs: packs)
        try reader.extents(of: disk, in: range) { result.append($0) }
        return result
    }

    /// Every page below a node, with the place it stands at.
    func pages(of disk: DiskRecord) throws -> [(page: MapPage, digest: Digest)] {
        let reader = MapReader(store: store, host: Self.host, packs: packs)
        var result: [(MapPage, Digest)] = []
        func visit(_ node: NodeReference, _ start: UInt64) throws {
            guard case .page(let digest, let length) = node.content else { return }
            let end = min(start + MapGeometry.sectors(atLevel: node.level), disk.sectors)
            let page = try reader.page(digest, length: length, level: node.level, sectors: end - start)
            result.append((page, digest))
            guard case .interior(let level, let children) = page else { return }
            for (number, child) in children.enumerated() {
                try visit(child, start + UInt64(number) * MapGeometry.sectors(atLevel: level - 1))
            }
        }
        try visit(disk.root, 0)
        return result
    }

    /// Random extents that cover `sectors`, none longer than `longest`.
    static func random(
        sectors: UInt64, longest: UInt64, _ generator: inout SeededGenerator
    ) -> [Extent] {
        var extents: [Extent] = []
        var start: UInt64 = 0
        var chunk: UInt32 = 0
        while start < sectors {
            let length = min(UInt64.random(in: 1...longest, using: &generator), sectors - start)
            var extent = Extent(start: start, length: length, kind: .zero)
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: break
            case 1: extent.kind = .unused
            case 2: extent.kind = .unknown
            default:
                extent.kind = .data
                extent.length = min(length, 2_048)
                chunk = Bool.random(using: &generator) ? chunk + 1 : UInt32.random(in: 0..<1_000, using: &generator)
                let pack = UInt32.random(in: 0..<6, using: &generator)
                let room = UInt32(2_048 - extent.length)
                let offset = Bool.random(using: &generator) ? 0 : UInt32.random(in: 0...room, using: &generator)
                extent.place = Place(pack: pack, chunk: chunk, offset: offset)
            }
            extents.append(extent)
            start = extent.end
        }
        return extents
    }

    /// The same content in pieces cut at random.
    static func cut(_ extents: [Extent], _ generator: inout SeededGenerator) -> [Extent] {
        extents.flatMap { extent in
            var pieces: [Extent] = []
            var start = extent.start
            while start < extent.end {
                let end = min(extent.end, start + UInt64.random(in: 1...max(1, extent.length), using: &generator))
                pieces.append(extent.clipped(to: start..<end))
                start = end
            }
            return pieces
        }
    }

    /// The same content in the fewest extents.
    static func joined(_ extents: [Extent]) -> [Extent] {
        var result: [Extent] = []
        for extent in extents {
            if let last = result.last, last.joins(extent) {
                result[result.count - 1].length += extent.length
            } else {
                result.append(extent)
            }
        }
        return result
    }
}
