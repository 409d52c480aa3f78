import Digests
import FoundationEssentials
import Repository
import RepositoryFormat

/// The objects of docs/format.md.
extension FuzzObject {
    static let objects: [FuzzObject] = [
        FuzzObject(name: "lifeboat.json", seeds: [encodeJSON(Seeds.description)]) { bytes, _ in
            let value = try RepositoryDescription.decode(bytes)
            same(value) { try RepositoryDescription.decode(encodeJSON(value)) }
        },
        FuzzObject(name: "hosts.json", seeds: [encodeJSON(Seeds.hosts)]) { bytes, _ in
            let value = try HostList.decode(bytes)
            same(value) { try HostList.decode(encodeJSON(value)) }
        },
        FuzzObject(name: "pointer", seeds: [encodeJSON(Seeds.pointer)]) { bytes, _ in
            let (number, digest) = try HeadPointer.decode(bytes, host: Seeds.host)
            let again = HeadPointer(host: Seeds.host, number: number, digest: digest)
            same(number) { try HeadPointer.decode(encodeJSON(again), host: Seeds.host).number }
        },
        FuzzObject(name: "head", seeds: [Seeds.head.encoded()], parse: head),
        FuzzObject(name: "manifest", seeds: [Manifest.encode(Seeds.entries, host: Seeds.host)], parse: manifest),
        FuzzObject(name: "map-root", seeds: [Seeds.root.encoded()]) { bytes, repairs in
            let value = try MapRoot.decode(repairs ? repaired(bytes, .mapRoot) : bytes, digest: Seeds.digest(1))
            _ = value.disks.reduce(0) { $0 + $1.extents }
            same(value) { try MapRoot.decode(value.encoded(), digest: Seeds.digest(1)) }
        },
        FuzzObject(name: "map-page", seeds: Seeds.pages, parse: page),
        FuzzObject(name: "pack-index", seeds: [Seeds.packIndex?.encoded() ?? []]) { bytes, repairs in
            let value = try PackIndex.decode(repairs ? repaired(bytes, .packIndex) : bytes, id: Seeds.digest(1))
            for chunk in value.chunks.indices.prefix(100) {
                precondition(value.chunks(ofFrame: value.frame(ofChunk: chunk)).contains(chunk))
            }
            same(value) { try PackIndex.decode(value.encoded(), id: Seeds.digest(1)) }
        },
        FuzzObject(name: "segment-index", seeds: Seeds.segments, parse: segment),
        FuzzObject(name: "machine", seeds: [MachineObject.encode(json: Array("{}".utf8))]) { bytes, repairs in
            let bytes = repairs ? repaired(bytes, .machineDescription) : bytes
            let value = try MachineObject.decode(bytes, digest: Seeds.digest(1))
            same(value) { try MachineObject.decode(MachineObject.encode(json: value), digest: Seeds.digest(1)) }
        },
    ]

    /// `bytes` with a header of `kind` and their own length.
    static func repaired(_ bytes: [UInt8], _ kind: ObjectKind) -> [UInt8] {
        var writer = ByteWriter(capacity: bytes.count)
        ObjectHeader.begin(kind, in: &writer)
        writer.append(bytes.dropFirst(ObjectHeader.byteCount))
        ObjectHeader.seal(&writer)
        return writer.bytes
    }

    private static func head(_ bytes: [UInt8], _ repairs: Bool) throws {
        let bytes = repairs ? repaired(bytes, .head) : bytes
        var reader = ByteReader(bytes, from: min(32, bytes.count), subject: "The input")
        let host = try reader.identifier()
        let number = try reader.integer(UInt64.self)
        let head = try Head.decode(bytes, host: host, number: number)
        same(head) { try Head.decode(head.encoded(), host: host, number: number) }
        walk(head.entries)
    }

    private static func manifest(_ bytes: [UInt8], _ repairs: Bool) throws {
        let bytes = repairs ? repaired(bytes, .manifest) : bytes
        var reader = ByteReader(bytes, from: min(32, bytes.count), subject: "The input")
        let host = try reader.identifier()
        let entries = try Manifest.decode(bytes, digest: Seeds.digest(1), host: host)
        same(entries) {
            try Manifest.decode(Manifest.encode(entries, host: host), digest: Seeds.digest(1), host: host)
        }
        if entries.count > 0 {
            _ = Manifest.reference(to: entries, object: ObjectReference(digest: Seeds.digest(1), length: 1))
        }
        walk(entries)
    }

    /// What readers compute from a history before they read anything else.
    private static func walk(_ entries: HistoryEntries) {
        let history = History(entries)
        for position in [history.newest].compactMap({ $0 }) + history.layers.prefix(20).flatMap(positions) {
            _ = history.isHidden(position)
            guard let path = history.path(to: position) else { continue }
            precondition(path.base.position <= position, "a way that begins behind its end")
            let end = path.layers.last?.last ?? path.base.position
            precondition(path.endsInside ? end > position : end == position, "a way to somewhere else")
        }
    }

    private static func positions(of layer: Layer) -> [Position] {
        [layer.base, layer.last, Position(epoch: layer.last.epoch, sequence: layer.last.sequence / 2)]
    }

    private static func page(_ input: [UInt8], _ repairs: Bool) throws {
        var parameters = ByteReader(input, subject: "The input")
        let level = Int(try parameters.integer(UInt8.self)) % (MapGeometry.highestLevel + 1)
        let sectors = try parameters.integer(UInt64.self) % (MapGeometry.sectors(atLevel: level) + 1)
        let rest = Array(input.dropFirst(9))
        let page = try MapPage.decode(
            repairs ? repaired(rest, .mapPage) : rest, digest: Seeds.digest(1), level: level, sectors: sectors,
            decompress: opened)
        same(page) {
            let bytes: [UInt8]
            switch page {
            case .interior(let level, let children): bytes = MapPage.encodeInterior(level: level, children: children)
            case .leaf(let level, let packs, let extents):
                let body = MapPage.encodeBody(of: extents)
                bytes = MapPage.encodeLeaf(
                    level: level, extents: extents.count, packs: packs, plainLength: body.count, compressedBody: body)
            }
            return try MapPage.decode(
                bytes, digest: Seeds.digest(1), level: level, sectors: sectors,
                decompress: { (body, _) in Array(body) })
        }
    }

    private static func segment(_ input: [UInt8], _ repairs: Bool) throws {
        var bytes = input
        guard bytes.count > 120 else { return }
        let length = Array(bytes[24..<32])
        if repairs {
            bytes = repaired(bytes, .segment)
            // A segment's length is that of the whole object; the index part names its own.
            bytes.replaceSubrange(24..<32, with: length)
            withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { bytes.replaceSubrange(112..<120, with: $0) }
        }
        let objectLength = length.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let index = try SegmentIndex.decode(bytes, digest: Seeds.digest(1), objectLength: objectLength)
        same(index) {
            let again = index.encoded(following: Int(objectLength) - bytes.count)
            return try SegmentIndex.decode(again, digest: Seeds.digest(1), objectLength: objectLength)
        }
        _ = index.placeablePacks
        guard index.kind == .journal else { return }
        for number in [0, index.entries / 2, index.entries - 1] {
            let position = index.position(ofRecord: number)
            precondition(position > index.base && position <= index.last, "a record outside its segment")
            precondition(index.records(upTo: position) == number + 1, "a position of another record")
        }
        _ = index.records(upTo: index.base)
    }
}
