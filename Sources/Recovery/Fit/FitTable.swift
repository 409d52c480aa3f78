internal import BlockDevices

/// The partition table of a disk that is to become smaller: what lies where, and how the table looks with new places.
struct FitTable {
    /// Whether it is an MBR: Windows then knows its partitions by their first byte.
    var isMBR: Bool { mbr != nil }
    /// In the order of the disk; containers of logical partitions are left out.
    let partitions: [BootPartition]
    let sectorSize: UInt64
    private let reader: DiskReader
    let gpt: GPTTable?
    let mbr: MBRTable?
    private let logical: LogicalPartitions?

    /// Throws `failed` when the table is none, damaged, or not understood: then nothing can be moved.
    init(_ reader: DiskReader) throws(RecoveryError) {
        self.reader = reader
        sectorSize = UInt64(reader.sectorSize)
        gpt = try GPTTable(reader)
        mbr = gpt == nil ? try MBRTable(reader) : nil
        let found: (any BootPartitionTable)? = gpt ?? mbr
        guard let table = found else { throw Self.odd("it has no partition table that is understood") }
        let containers = table.partitions.filter { $0.purpose == .extended }
        guard containers.count <= 1 else { throw Self.odd("it has several extended partitions") }
        var logical: LogicalPartitions?
        if let extended = containers.first { logical = try LogicalPartitions(reader, extended) }
        self.logical = logical
        if let container = containers.first, logical?.all.first?.record != container.blocks.lowerBound {
            throw Self.odd("its extended partition does not begin with a logical one")
        }
        let all = table.partitions.filter { $0.purpose != .extended } + (logical?.all.map(\.partition) ?? [])
        partitions = all.sorted { $0.blocks.lowerBound < $1.blocks.lowerBound }
        let hybrid = gpt == nil ? nil : GPTTable.hybridOddity(try reader.bytes(at: 0, count: 512))
        if let oddity = table.oddity ?? table.overlap(of: partitions) ?? hybrid { throw Self.odd(oddity) }
        guard !partitions.isEmpty else { throw Self.odd("it has no partitions") }
    }

    private static func odd(_ why: String) -> RecoveryError { RecoveryError(.failed, why) }

    /// The block behind the last one that a partition may have on a disk of `size` bytes.
    func end(onDiskOf size: UInt64) -> UInt64 {
        if let gpt { return gpt.usable(onDiskOf: size / sectorSize)?.upperBound ?? 0 }
        return min(size / sectorSize, UInt64(UInt32.max))
    }

    /// Bytes that a disk must have when its last partition ends at block `end`.
    func size(ofDiskEndingAt end: UInt64) -> UInt64 {
        let probe = (end + (4 << 20) / sectorSize) * sectorSize
        return end * sectorSize + (probe - self.end(onDiskOf: probe) * sectorSize)
    }

    /// Blocks in front of a partition that go with it.
    func lead(of partition: BootPartition) -> UInt64 {
        logical?.all.first { $0.partition == partition }?.lead ?? 0
    }

    /// Bytes up to the first partition: boot code and a loader, which stay where they are.
    var bootArea: Range<UInt64> {
        let first = partitions.map { $0.blocks.lowerBound - lead(of: $0) }.min() ?? 0
        return 0..<first * sectorSize
    }

    /// The table for a disk of `size` bytes, with new places by number.
    func patches(size: UInt64, places: [Int: Range<UInt64>]) throws(RecoveryError) -> [DiskPatch] {
        if let gpt {
            return gpt.fitted(
                toDiskOf: size / sectorSize, places: places, mbr: try reader.bytes(at: 0, count: Int(sectorSize)))
        }
        guard let mbr else { return [] }
        let fitted = FittedMBR(logical: logical, places: places, sectorSize: sectorSize)
        return try fitted.patches(of: mbr) { block throws(RecoveryError) in
            try reader.bytes(at: block * sectorSize, count: 512)
        }
    }
}
