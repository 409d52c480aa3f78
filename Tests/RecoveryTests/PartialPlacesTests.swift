import Digests
import FoundationEssentials
import Recovery
import Repository
import RepositoryFormat
import Testing

/// Maps whose extents point into the middle of chunks, as journals and roll-ups write them.
@Suite("Parts of chunks")
struct PartialPlacesTests {
    private static let diskSize = 4 << 20

    /// A view of a disk whose extents are pieces of the chunks of the host's first pack, made as a writer makes maps.
    private func view(_ host: TestHost, _ pieces: [Extent], pack: Digest) throws -> View {
        let base = try host.view()
        let store = DirectoryStore(host.repositoryPath)
        let packs = PackTable()
        _ = packs.number(of: pack)
        let index = try base.repository.indexes.index(of: pack)
        let pages = PageEncoder(store: store, host: base.host.id, packs: packs) { place in
            index.frame(ofChunk: Int(place.chunk))
        }
        var builder = MapBuilder(sizeInBytes: UInt64(Self.diskSize), pages: pages)
        for piece in pieces { try builder.append(piece) }
        let disk = try builder.finish(
            DiskRecord(
                id: UUID(), number: 0, logicalSectorSize: 512, physicalSectorSize: 512,
                sizeInBytes: UInt64(Self.diskSize),
                root: NodeReference(content: .beyondDisk, level: 0, extents: 0)))
        try pages.finish()
        let root = MapRoot(host: base.host.id, position: base.moment.position, time: base.moment.time, disks: [disk])
            .encoded()
        var moment = base.moment
        moment.map = ObjectReference(digest: SHA256.digest(of: root), length: UInt64(root.count))
        _ = try store.create(
            ObjectName.mapRoot(host: base.host.id, position: moment.position, digest: moment.map.digest), root)
        return try View(base.repository, host: base.host, moment: moment)
    }

    /// Extents of odd lengths at odd offsets of chunks, with zeros between some, and the bytes they stand for.
    private func pieces(_ host: TestHost, _ index: PackIndex, _ plain: [Int: [UInt8]]) -> ([Extent], [UInt8]) {
        var extents: [Extent] = []
        var expected: [UInt8] = []
        var number = 0
        let sectors = UInt64(Self.diskSize / 512)
        var position: UInt64 = 0
        let chunks = plain.keys.sorted()
        while position < sectors {
            let chunk = chunks[number % chunks.count]
            let whole = UInt64(index.chunks[chunk].length / 512)
            let offset = UInt64(number * 5 % 7) % whole
            let length = min(max(1, (whole - offset) / UInt64(1 + number % 3)), sectors - position)
            if number % 4 == 3 {
                extents.append(Extent(start: position, length: length, kind: .zero))
                expected += [UInt8](repeating: 0, count: Int(length) * 512)
            } else {
                extents.append(
                    Extent(
                        start: position, length: length, kind: .data,
                        place: Place(pack: 0, chunk: UInt32(chunk), offset: UInt32(offset))))
                expected += plain[chunk, default: []][Int(offset) * 512..<Int(offset + length) * 512]
            }
            position += length
            number += 1
        }
        return (extents, expected)
    }

    @Test("extents that begin and end inside chunks are restored, verified, and continued")
    func parts() throws {
        let host = try TestHost([Content.random(2 << 20, seed: 11)])
        let name = try #require(try host.files("packs").first { $0.hasSuffix(".index") }?.split(separator: "/").last)
        let pack = try #require(Digest(hex: name.dropLast(6)))
        let index = try host.view().repository.indexes.index(of: pack)
        // The disk is one run of data, so its chunks follow each other in the disk's order or each has its own place.
        var plain: [Int: [UInt8]] = [:]
        let captured = try host.view()
        try captured.extents(of: captured.root.disks[0]) { extent in
            guard extent.kind == .data else { return }
            plain[Int(extent.place.chunk)] = Array(
                host.disks[0][Int(extent.start) * 512..<Int(extent.end) * 512])
        }
        let (extents, expected) = pieces(host, index, plain)
        let target = MemoryDisk("target0", size: Self.diskSize)
        var request = RestoreRequest(
            view: try view(host, extents, pack: pack), mapping: [DiskAssignment(source: 0, target: "target0")])
        request.isInterrupted = { false }
        for compare in [ComparePolicy.auto, .always] {
            request.compare = compare
            let report = try Restore.prepare(request, targets: .memory([target])).run(
                confirmations: memoryConfirmations)
            #expect(target.bytes == expected)
            #expect(report.disks[0].verifiedBytes == UInt64(Self.diskSize))
        }
        target.change { $0.flipsWhenForgotten = [Self.diskSize / 2 + 77] }
        #expect(throws: RecoveryError.self) {
            _ = try Restore.prepare(request, targets: .memory([target])).run(confirmations: memoryConfirmations)
        }
    }
}
