internal import Buffers

/// The logical partitions in the extended partition of an MBR, with the chain of records that names them.
struct LogicalPartitions {
    struct Logical {
        var partition: BootPartition
        /// Block of the record that holds it, and of the record before, whose second entry leads there.
        var record: UInt64
        var previous: UInt64?
    }

    let extended: BootPartition
    private(set) var all: [Logical] = []
    private let sectorSize: UInt64

    /// More than this is a chain that goes in circles: Linux itself stops at 255 partitions of a disk.
    private static let limit = 255
    private static let firstEntry: UInt64 = 446
    private static let extendedTypes: Set<UInt8> = [0x05, 0x0f, 0x85]

    /// Throws `failed` when the chain is not what every tool writes: each record behind the one before, with one partition
    /// behind it, inside the extended partition.
    init(_ reader: DiskReader, _ extended: BootPartition) throws(RecoveryError) {
        self.extended = extended
        sectorSize = UInt64(reader.sectorSize)
        let odd = RecoveryError(
            .failed,
            "The logical partitions of \(reader.path) are chained in a way that is not understood; nothing of it was grown."
        )
        var record = extended.blocks.lowerBound
        var previous: UInt64?
        for _ in 0..<Self.limit {
            let sector = try reader.bytes(at: record * sectorSize, count: 512)
            guard sector[510] == 0x55, sector[511] == 0xaa, sector[478..<510].allSatisfy({ $0 == 0 }) else { throw odd }
            let start = record + UInt64(sector.littleEndian(UInt32.self, at: 454))
            let end = start + UInt64(sector.littleEndian(UInt32.self, at: 458))
            if sector[450] != 0, end > start {
                guard start > record, end <= extended.blocks.upperBound else { throw odd }
                all.append(
                    Logical(
                        partition: BootPartition(
                            number: 5 + all.count, blocks: start..<end, purpose: .other, uuid: "", isActive: false),
                        record: record, previous: previous))
            }
            guard sector[466] != 0 else { return }
            let next = extended.blocks.lowerBound + UInt64(sector.littleEndian(UInt32.self, at: 470))
            guard Self.extendedTypes.contains(sector[466]), next >= max(end, record + 1),
                next < extended.blocks.upperBound
            else { throw odd }
            previous = record
            record = next
        }
        throw odd
    }

    /// Makes the last one end before block `end`, and the extended partition with it where that ends before. From the outside
    /// in: a container that is larger than what it holds is legal at every moment.
    func growing(_ logical: Logical, to end: UInt64, in table: some BootPartitionTable) -> [DiskPatch] {
        var patches = end > extended.blocks.upperBound ? table.growing(extended, to: end) : []
        let number = logical.partition.number
        let put = { (record: UInt64, entry: UInt64, length: UInt64, what: String) in
            DiskPatch(
                offset: record * sectorSize + Self.firstEntry + 16 * entry + 12, bytes: MBRTable.field(length),
                reason: "MBR: \(what) of logical partition \(number)")
        }
        if let previous = logical.previous { patches.append(put(previous, 1, end - logical.record, "room")) }
        patches.append(put(logical.record, 0, end - logical.partition.blocks.lowerBound, "length"))
        return patches
    }
}
