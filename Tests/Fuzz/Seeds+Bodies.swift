import Recovery
import RepositoryFormat
import Zstd

/// Small bodies and texts, to start from.
extension Seeds {
    private static let someExtents = [
        Extent(start: 0, length: 8, kind: .data, place: Place(pack: 0, chunk: 5)),
        Extent(start: 8, length: 8, kind: .data, place: Place(pack: 0, chunk: 6)),
        Extent(start: 16, length: 10, kind: .zero),
        Extent(start: 26, length: 4, kind: .data, place: Place(pack: 1, chunk: 2, offset: 3)),
        Extent(start: 30, length: 70, kind: .unused),
    ]
    private static let packs = [
        PackReference(pack: digest(0xaa), frames: [0..<2, 4..<5]), PackReference(pack: digest(0xbb), frames: [7..<8]),
    ]

    /// Level, sectors, then the page; stored bodies, a compressed one, and an interior page.
    static let pages: [[UInt8]] = {
        let body = MapPage.encodeBody(of: someExtents)
        let compressed = (try? Compressor(level: 3).compress(body)) ?? []
        let children =
            [
                NodeReference(content: .page(digest(0xd0), length: 500), level: 0, extents: 7),
                NodeReference(content: .uniform(.zero), level: 0, extents: 1),
            ] + [NodeReference](repeating: NodeReference(content: .beyondDisk, level: 0, extents: 0), count: 14)
        func leaf(_ stored: [UInt8]) -> [UInt8] {
            MapPage.encodeLeaf(
                level: 0, extents: someExtents.count, packs: packs, plainLength: body.count, compressedBody: stored)
        }
        return [
            [0, 100, 0, 0, 0, 0, 0, 0, 0] + leaf(body), [0, 100, 0, 0, 0, 0, 0, 0, 0] + leaf(compressed),
            [1, 0, 16, 0, 0, 0, 0, 0, 0] + MapPage.encodeInterior(level: 1, children: children),
        ]
    }()

    /// Entries − 1, start, length − 1 and twice the times of a block; then its body.
    private static func block(_ entries: Int, _ start: UInt64, _ count: UInt64, _ body: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(UInt16(entries - 1))
        writer.append(start)
        writer.append(count - 1)
        writer.append(Int64(0))
        writer.append(Int64(20_000))
        writer.append(body)
        return writer.bytes
    }

    static let extents: [UInt8] = {
        var list = someExtents
        list.remove(at: 2)
        return block(list.count, 0, 100, SegmentBlock.encode(extents: list, from: 0))
    }()

    static let records: [UInt8] = {
        let list = [
            JournalRecord(time: 1_000, disk: 0, kind: .data, start: 8, length: 8, place: Place(pack: 1, chunk: 4)),
            JournalRecord(time: 2_000, disk: 0, kind: .zero, start: 16, length: 100),
            JournalRecord(
                time: 1_000, disk: 7, kind: .data, start: 1 << 40, length: 2,
                place: Place(pack: 1, chunk: 5, offset: 2)),
            JournalRecord(time: 5_000, disk: 7, kind: .discard, start: 0, length: 1 << 40),
            JournalRecord(time: 9_000, disk: 0, kind: .tick, start: 0, length: 0),
        ]
        return block(list.count, 0, 5, SegmentBlock.encode(records: list) { $0 == 0 ? 0 : 1 })
    }()

    static let zstd: [UInt8] = {
        let plain = [UInt8](repeating: 7, count: 300) + Array(0..<200)
        var writer = ByteWriter()
        writer.append(UInt32(plain.count))
        writer.append((try? Compressor(level: 3).compress(plain)) ?? [])
        return writer.bytes
    }()

    /// Index parts of a journal with frames inside and of a delta.
    static let segments: [[UInt8]] = [
        segment(
            .journal, position(3, 10), 10,
            [
                block(4, 0..<4, 0, 1_000, 2_000, offset: 0), block(6, 4..<10, 0, 1_500, 3_000, offset: 40),
            ], hasInline: true),
        segment(
            .delta, position(3, 15), 7,
            [block(4, 0..<100, 0, 0, 0, offset: 0), block(3, 100..<2_000, 1, 0, 0, offset: 40)], hasInline: false),
    ]

    private static func block(
        _ entries: UInt32, _ range: Range<UInt64>, _ disk: UInt32, _ earliest: Int64, _ latest: Int64, offset: UInt64
    ) -> SegmentBlock {
        SegmentBlock(
            disk: disk, entries: entries, range: range, earliest: earliest, latest: latest, offset: offset,
            storedLength: 40, plainLength: 80, digest: digest(0xb0))
    }

    private static func segment(
        _ kind: Layer.Kind, _ last: Position, _ entries: UInt64, _ blocks: [SegmentBlock], hasInline: Bool
    ) -> [UInt8] {
        let length = SegmentIndex.byteCount(
            disks: 2, packs: packs, blocks: blocks.count, frames: hasInline ? 2 : 0, chunks: hasInline ? 3 : 0)
        let start = UInt64(length + 40 * blocks.count)
        guard let own = hasInline ? inline(from: start) : try? PackIndex(frames: [], chunks: [], from: start) else {
            return []
        }
        let index = SegmentIndex(
            host: host, kind: kind, hasClockSteps: false, granularityInMilliseconds: 0, base: position(2, 1),
            last: last, earliest: 1_000, latest: 3_000, endTime: 3_000, entries: entries, disks: FuzzObject.disks,
            packs: packs,
            blocks: blocks.map { block in
                var block = block
                block.offset += UInt64(length)
                return block
            }, inline: own)
        return index.encoded(following: Int(own.packLength) - length)
    }

    static let lvm = Array(
        """
        vg {
        id = "abc" seqno = 3
        physical_volumes { pv0 { dev_size = 8192 # sectors
        } }
        logical_volumes { a { segment1 { stripes = ["pv0", 0] } } }
        }
        """.utf8)

    static let domain = Array(
        """
        <domain type='kvm'><name>a</name><memory unit='KiB'>8</memory><vcpu cpuset='0-7,^2'>8</vcpu><cpu mode='custom'>
        <model>Haswell</model><feature policy='require' name='aes'/></cpu><devices><disk type='file'><source file='/a&amp;b'/>
        <target dev='vda'/></disk><hostdev type='pci'><source><address domain='0x0000' bus='0x06' slot='0x12' function='0x5'/>
        </source></hostdev><hostdev type='usb'><source><vendor id='0x0bda'/><product id='0x8153'/></source></hostdev>
        </devices></domain>
        """.utf8)

    /// Superblock of version 1: RAID1 of two, this is the first.
    static let arrayMember: [UInt8] = {
        var bytes = [UInt8](repeating: 0, count: 320)
        bytes.replaceSubrange(0..<4, with: [0xfc, 0x4e, 0x2b, 0xa9])
        (bytes[4], bytes[32], bytes[72], bytes[92], bytes[220], bytes[258]) = (1, 0x61, 1, 2, 2, 1)
        return bytes
    }()

    /// A sector with a header of 92 bytes.
    static let gpt: [UInt8] = {
        var sector = [UInt8](repeating: 0, count: 512)
        sector.replaceSubrange(0..<8, with: Array("EFI PART".utf8))
        (sector[10], sector[12], sector[24], sector[72], sector[80], sector[84]) = (1, 92, 1, 2, 128, 128)
        return withChecksum(sector)
    }()

    /// The header's checksum made right, so that damage reaches what lies behind it.
    static func withChecksum(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 512 else { return bytes }
        var sector = bytes
        let size = (12..<16).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
        guard size <= sector.count else { return bytes }
        sector.replaceSubrange(16..<20, with: [0, 0, 0, 0])
        var checksum = sector[..<size].reduce(UInt32.max) { checksum, byte in
            (0..<8).reduce(checksum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 0 ? 0 : 0xedb8_8320) }
        }
        checksum = ~checksum
        withUnsafeBytes(of: checksum.littleEndian) { sector.replaceSubrange(16..<20, with: $0) }
        return sector
    }
}
