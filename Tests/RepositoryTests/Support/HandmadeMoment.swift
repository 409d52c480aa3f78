import Digests
import FoundationEssentials
import Repository
import RepositoryFormat
import RepositoryTesting
import Zstd

/// A host with one moment that is put together by hand, so that its parts can contradict each other although every
/// digest is right: what a faulty or hostile writer would leave.
struct HandmadeMoment {
    static let chunkLength = 8_192
    static let chunkSectors = UInt64(chunkLength / 512)

    /// Four chunks, two a frame.
    var chunks: [[UInt8]]
    var identities: [Digest]
    /// What is stored for each frame.
    var frames: [[UInt8]]
    var codec = FrameRecord.Codec.stored
    /// The page's list of used frames.
    var usedFrames: [Range<UInt32>] = [0..<2]
    var extents: [Extent]
    /// Makes the map's top node of the leaf; by default the leaf itself.
    var root: (NodeReference) -> (node: NodeReference, page: [UInt8]?) = { ($0, nil) }
    var record: (inout DiskRecord) -> Void = { _ in }

    init() {
        var generator = SeededGenerator(seed: 11)
        let chunks = (0..<4).map { _ in generator.bytes(Self.chunkLength) }
        self.chunks = chunks
        identities = chunks.map { SHA256.digest(of: $0) }
        frames = [chunks[0] + chunks[1], chunks[2] + chunks[3]]
        extents = (0..<4).map { number in
            Extent(
                start: UInt64(number) * Self.chunkSectors, length: Self.chunkSectors, kind: .data,
                place: Place(pack: 0, chunk: UInt32(number)))
        }
    }

    /// Writes everything in a new repository and opens it.
    func publish(in folder: TemporaryFolder) throws -> Repository {
        let store = DirectoryStore(folder.path)
        let repository = try Repository.initialize(store)
        let host = UUID()
        let pack = try storePack(store)
        let sectors = extents.reduce(0) { $0 + $1.length }
        let leaf = try storeLeaf(store, host, pack)
        let (node, page) = root(leaf)
        if let page { _ = try store.create(ObjectName.mapPage(host: host, digest: SHA256.digest(of: page)), page) }
        var disk = DiskRecord(
            id: UUID(), number: 0, logicalSectorSize: 512, physicalSectorSize: 512,
            sizeInBytes: node.level == 0 ? sectors * 512 : 2 << 20, root: node)
        for extent in extents { disk.add(extent.kind, extent.length) }
        disk.zeroSectors += disk.sectors - sectors
        disk.extents = node.extents
        record(&disk)
        try storeMoment(store, host, disk)
        return repository
    }

    private func storePack(_ store: DirectoryStore) throws -> Digest {
        var records: [FrameRecord] = []
        var offset = UInt64(ObjectHeader.byteCount)
        for (number, frame) in frames.enumerated() {
            records.append(
                FrameRecord(
                    offset: offset, storedLength: frame.count, plainLength: 2 * Self.chunkLength,
                    firstChunk: number * 2,
                    codec: codec, digest: SHA256.digest(of: frame)))
            offset += UInt64(frame.count)
        }
        let index = try PackIndex(
            frames: records, chunks: identities.map { ChunkRecord(length: Self.chunkLength, identity: $0) }
        ).encoded()
        let id = SHA256.digest(of: index)
        var writer = ByteWriter()
        ObjectHeader.begin(.pack, in: &writer)
        for frame in frames { writer.append(frame) }
        ObjectHeader.seal(&writer)
        _ = try store.create(ObjectName.pack(id), writer.bytes)
        _ = try store.create(ObjectName.packIndex(id), index)
        return id
    }

    private func storeLeaf(_ store: DirectoryStore, _ host: UUID, _ pack: Digest) throws -> NodeReference {
        let body = MapPage.encodeBody(of: extents)
        let page = MapPage.encodeLeaf(
            level: 0, extents: extents.count, packs: [PackReference(pack: pack, frames: usedFrames)],
            plainLength: body.count, compressedBody: try Compressor(level: 1).compress(body))
        let digest = SHA256.digest(of: page)
        _ = try store.create(ObjectName.mapPage(host: host, digest: digest), page)
        return NodeReference(content: .page(digest, length: page.count), level: 0, extents: UInt64(extents.count))
    }

    private func storeMoment(_ store: DirectoryStore, _ host: UUID, _ disk: DiskRecord) throws {
        let position = Position(epoch: 1, sequence: 1)
        let root = MapRoot(host: host, position: position, time: 1, disks: [disk]).encoded()
        let machine = MachineObject.encode(json: Array("{}".utf8))
        let map = ObjectReference(digest: SHA256.digest(of: root), length: UInt64(root.count))
        let description = ObjectReference(digest: SHA256.digest(of: machine), length: UInt64(machine.count))
        _ = try store.create(ObjectName.mapRoot(host: host, position: position, digest: map.digest), root)
        _ = try store.create(ObjectName.machine(host: host, digest: description.digest), machine)
        let moment = Moment(
            position: position, time: 1, scanStarted: 0, kind: .endOfScan, quality: .cold, map: map,
            machine: description, diskBytes: disk.sizeInBytes, dataBytes: disk.dataSectors * 512, newPlainBytes: 0,
            newStoredBytes: 0, label: "by hand")
        let head = Head(
            host: host, number: 1, previous: nil, epoch: 1, time: 1, hostName: "hand", writer: "tests",
            moments: [moment]
        ).encoded()
        _ = try store.create(ObjectName.head(host: host, number: 1), head)
        let pointer = HeadPointer(host: host, number: 1, digest: SHA256.digest(of: head))
        try store.replace(ObjectName.pointer(host: host), encodeJSON(pointer))
        var list = HostList()
        list.hosts = [HostList.Host(id: host, name: "hand")]
        try store.replace(ObjectName.hosts, encodeJSON(list))
    }
}

extension DiskRecord {
    fileprivate mutating func add(_ kind: ExtentKind, _ sectors: UInt64) {
        switch kind {
        case .data: dataSectors += sectors
        case .zero: zeroSectors += sectors
        case .unused: unusedSectors += sectors
        case .unknown: unknownSectors += sectors
        }
    }
}

/// One zstd frame of `bytes`.
func compressed(_ bytes: [UInt8]) throws -> [UInt8] { try Compressor(level: 1).compress(bytes) }
