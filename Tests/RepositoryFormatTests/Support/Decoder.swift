import Digests
import FoundationEssentials
import RepositoryFormat
import Testing

/// A decoder of the format with a valid object, for tests that treat all of them alike.
struct Decoder: Sendable, CustomTestStringConvertible {
    let name: String
    let sample: [UInt8]
    /// Decodes and encodes again: nil where the value has no encoder that could give the same bytes.
    let decode: @Sendable ([UInt8]) throws -> [UInt8]?

    /// Where the first section starts, in objects that consist of sections.
    var firstSection: Int?

    var testDescription: String { name }

    static let binary: [Decoder] =
        [
            Decoder(name: "pack index", sample: (try? Samples.index().encoded()) ?? []) { bytes in
                try PackIndex.decode(bytes, id: SHA256.digest(of: bytes)).encoded()
            },
            Decoder(name: "leaf page", sample: Samples.leaf()) { bytes in
                guard case .leaf(let level, let packs, let extents) = try Samples.decodeLeaf(bytes) else { return nil }
                let body = MapPage.encodeBody(of: extents)
                return MapPage.encodeLeaf(
                    level: level, extents: extents.count, packs: packs, plainLength: body.count, compressedBody: body)
            },
            Decoder(name: "interior page", sample: MapPage.encodeInterior(level: 1, children: Samples.children)) {
                bytes in
                let page = try MapPage.decode(
                    bytes, digest: Samples.digest(1), level: 1, sectors: 4_096, decompress: Samples.stored)
                guard case .interior(let level, let children) = page else { return nil }
                return MapPage.encodeInterior(level: level, children: children)
            },
            Decoder(name: "map root", sample: Samples.root.encoded()) { bytes in
                try MapRoot.decode(bytes, digest: Samples.digest(1)).encoded()
            },
            Decoder(name: "head", sample: Samples.head().encoded()) { bytes in
                try Head.decode(bytes, host: Samples.host, number: 2).encoded()
            },
            Decoder(name: "machine description", sample: MachineObject.encode(json: Array("{}".utf8))) { bytes in
                MachineObject.encode(json: try MachineObject.decode(bytes, digest: Samples.digest(1)))
            },
        ] + history

    static let json: [Decoder] = [
        Decoder(name: "lifeboat.json", sample: encodeJSON(description)) { bytes in
            encodeJSON(try RepositoryDescription.decode(bytes))
        },
        Decoder(name: "hosts.json", sample: encodeJSON(hosts)) { bytes in encodeJSON(try HostList.decode(bytes)) },
        Decoder(name: "head pointer", sample: encodeJSON(pointer)) { bytes in
            let (number, digest) = try HeadPointer.decode(bytes, host: Samples.host)
            return encodeJSON(HeadPointer(host: Samples.host, number: number, digest: digest))
        },
    ]

    static let description = RepositoryDescription(
        id: Samples.disk, created: "2026-11-22T18:00:00Z", chunker: ChunkerParameters(), createIfAbsent: true)
    static let pointer = HeadPointer(host: Samples.host, number: 12, digest: Samples.digest(0x5a))
    static var hosts: HostList {
        var list = HostList()
        list.hosts = [HostList.Host(id: Samples.host, name: "web01")]
        return list
    }
}
