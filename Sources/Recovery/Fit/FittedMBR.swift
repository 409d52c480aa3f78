internal import Buffers

/// The MBR of a disk, and the chain of its logical partitions, with new places.
struct FittedMBR {
    /// Where an entry has its fields.
    private static let entries = 446
    /// "Beyond what cylinders can name", as everybody writes it.
    private static let noCylinders: [UInt8] = [0xfe, 0xff, 0xff]

    let logical: LogicalPartitions?
    /// New places by number, in blocks.
    let places: [Int: Range<UInt64>]
    let sectorSize: UInt64

    /// All sectors that change. `sector` gives 512 bytes at a block of the moment's disk.
    func patches(
        of table: MBRTable, _ sector: (UInt64) throws(RecoveryError) -> [UInt8]
    ) throws(RecoveryError) -> [DiskPatch] {
        var mbr = try sector(0)
        for partition in table.partitions {
            let range = partition.purpose == .extended ? extended : places[partition.number]
            guard let range, range != partition.blocks else { continue }
            Self.set(&mbr, entry: partition.number - 1, start: range.lowerBound, count: UInt64(range.count))
        }
        return try chain(sector) + [DiskPatch(offset: 0, bytes: mbr, reason: "MBR")]
    }

    /// From the first record to the end of the last logical partition.
    private var extended: Range<UInt64>? {
        guard let first = logical?.all.first, let last = logical?.all.last, let end = places[last.partition.number],
            let start = record(first)
        else { return nil }
        return start..<end.upperBound
    }

    private func record(_ logical: LogicalPartitions.Logical) -> UInt64? {
        places[logical.partition.number].map { $0.lowerBound - logical.lead }
    }

    /// Each record in front of its partition, naming the next one.
    private func chain(_ sector: (UInt64) throws(RecoveryError) -> [UInt8]) throws(RecoveryError) -> [DiskPatch] {
        guard let logical, let extended else { return [] }
        var patches: [DiskPatch] = []
        for (index, own) in logical.all.enumerated() {
            guard let place = places[own.partition.number], let record = record(own) else { continue }
            var bytes = try sector(own.record)
            Self.set(&bytes, entry: 0, start: place.lowerBound - record, count: UInt64(place.count))
            let entry = Self.entries + 16
            bytes.replaceSubrange(entry..<entry + 16, with: repeatElement(0, count: 16))
            if index + 1 < logical.all.count, let next = self.record(logical.all[index + 1]),
                let end = places[logical.all[index + 1].partition.number]?.upperBound
            {
                bytes[entry + 4] = 0x05
                Self.set(&bytes, entry: 1, start: next - extended.lowerBound, count: end - next)
            }
            patches.append(
                DiskPatch(
                    offset: record * sectorSize, bytes: bytes,
                    reason: "MBR: record of logical partition \(own.partition.number)"))
        }
        return patches
    }

    private static func set(_ sector: inout [UInt8], entry: Int, start: UInt64, count: UInt64) {
        let place = entries + 16 * entry
        sector.replaceSubrange(place + 1..<place + 4, with: noCylinders)
        sector.replaceSubrange(place + 5..<place + 8, with: noCylinders)
        sector.replaceSubrange(place + 8..<place + 12, with: MBRTable.field(start))
        sector.replaceSubrange(place + 12..<place + 16, with: MBRTable.field(count))
    }
}

extension LogicalPartitions.Logical {
    /// Blocks from its record to its start.
    var lead: UInt64 { partition.blocks.lowerBound - record }
}
