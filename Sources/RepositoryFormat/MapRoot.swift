package import Digests
package import FoundationEssentials

/// One disk of a map (format.md, section 8.1). Totals in sectors of 512 bytes.
package struct DiskRecord: Hashable, Sendable {
    package static let byteCount = 144

    package var id: UUID
    package var number: UInt32
    package var logicalSectorSize: UInt32
    package var physicalSectorSize: UInt32
    package var sizeInBytes: UInt64
    package var dataSectors: UInt64 = 0
    package var zeroSectors: UInt64 = 0
    package var unusedSectors: UInt64 = 0
    package var unknownSectors: UInt64 = 0
    package var extents: UInt64 = 0
    package var pageBytes: UInt64 = 0
    package var root: NodeReference

    package init(
        id: UUID, number: UInt32, logicalSectorSize: UInt32, physicalSectorSize: UInt32, sizeInBytes: UInt64,
        root: NodeReference
    ) {
        self.id = id
        self.number = number
        self.logicalSectorSize = logicalSectorSize
        self.physicalSectorSize = physicalSectorSize
        self.sizeInBytes = sizeInBytes
        self.root = root
    }

    package var sectors: UInt64 { sizeInBytes / 512 }
}

/// The root of a checkpoint: all disks of a host at one position (format.md, section 8.1).
package struct MapRoot: Hashable, Sendable {
    package var host: UUID
    package var position: Position
    /// Nanoseconds since 1970, UTC.
    package var time: Int64
    package var disks: [DiskRecord]

    package init(host: UUID, position: Position, time: Int64, disks: [DiskRecord]) {
        self.host = host
        self.position = position
        self.time = time
        self.disks = disks
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 80 + disks.count * DiskRecord.byteCount)
        ObjectHeader.begin(.mapRoot, in: &writer)
        writer.append(host.byteArray)
        writer.append(position.epoch)
        writer.append(position.sequence)
        writer.append(time)
        writer.append(UInt32(disks.count))
        writer.zeros(4)
        for disk in disks { disk.encode(into: &writer) }
        ObjectHeader.seal(&writer)
        return writer.bytes
    }

    package static func decode(_ bytes: [UInt8], digest: Digest) throws(FormatError) -> MapRoot {
        var reader = try ObjectHeader.open(bytes, as: .mapRoot, subject: "Map \(digest.hex.prefix(8))")
        let host = try reader.identifier()
        let position = try reader.position()
        let time = try reader.time()
        let count = try reader.count("disks", limit: Limits.disksInMap)
        try reader.zeros(4)
        var disks: [DiskRecord] = []
        for _ in 0..<count {
            let disk = try DiskRecord.decode(&reader)
            if let last = disks.last, last.number >= disk.number { throw reader.damaged("disks out of order") }
            disks.append(disk)
        }
        try reader.finish()
        return MapRoot(host: host, position: position, time: time, disks: disks)
    }
}

extension DiskRecord {
    func encode(into writer: inout ByteWriter) {
        writer.append(id.byteArray)
        for value in [number, logicalSectorSize, physicalSectorSize, 0] { writer.append(value) }
        let totals = [dataSectors, zeroSectors, unusedSectors, unknownSectors, extents, pageBytes]
        for value in [sizeInBytes] + totals { writer.append(value) }
        root.encode(into: &writer)
        writer.zeros(8)
    }

    static func decode(_ reader: inout ByteReader) throws(FormatError) -> DiskRecord {
        let id = try reader.identifier()
        let number = try reader.integer(UInt32.self)
        let logical = try reader.integer(UInt32.self)
        let physical = try reader.integer(UInt32.self)
        try reader.zeros(4)
        let size = try reader.integer(UInt64.self)
        var totals: [UInt64] = []
        for _ in 0..<6 { totals.append(try reader.integer()) }
        let root = try NodeReference.decode(&reader)
        try reader.zeros(8)
        guard size > 0, size <= Limits.diskSize, size % 512 == 0, logical >= 512, logical <= 65_536,
            logical.nonzeroBitCount == 1
        else {
            throw reader.damaged("a disk of \(size) bytes in sectors of \(logical)")
        }
        guard root.level == MapGeometry.rootLevel(forDiskOf: size / 512),
            totals.prefix(4).allSatisfy({ $0 <= size / 512 }), totals.prefix(4).reduce(0, +) == size / 512,
            totals[4] <= size / 512
        else { throw reader.damaged("a disk's totals do not add up") }
        var disk = DiskRecord(
            id: id, number: number, logicalSectorSize: logical, physicalSectorSize: physical, sizeInBytes: size,
            root: root)
        disk.dataSectors = totals[0]
        disk.zeroSectors = totals[1]
        disk.unusedSectors = totals[2]
        disk.unknownSectors = totals[3]
        disk.extents = totals[4]
        disk.pageBytes = totals[5]
        return disk
    }
}
