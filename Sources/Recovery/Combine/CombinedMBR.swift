internal import Buffers

/// The MBR of the first disk, with further partitions: primary ones while entries are free, the rest logical.
struct CombinedMBR: CombinedTable {
    private static let entries = 446
    private static let noCylinders: [UInt8] = [0xfe, 0xff, 0xff]

    let kind = BootPartitionKind.mbr
    private(set) var end: UInt64
    private var sector: [UInt8]
    private var free: [Int]
    private let signature: UInt32
    private let sectorSize: UInt64
    /// Entry of the container of the logical partitions; nil where none is needed.
    private let container: Int?
    private var logical: [Logical] = []

    private struct Logical {
        var record: UInt64
        var blocks: Range<UInt64>
        var type: UInt8
    }

    /// Throws `failed` where `added` further partitions have no place.
    ///
    /// - Parameter sector: the first 512 bytes of the disk.
    init(_ table: MBRTable, sector: [UInt8], adding added: Int) throws(RecoveryError) {
        self.sector = sector
        signature = table.diskSignature
        sectorSize = table.sectorSize
        end = table.partitions.map(\.blocks.upperBound).max() ?? 1
        let taken = Set(table.partitions.map(\.number))
        free = (1...4).filter { !taken.contains($0) }
        guard added > free.count else {
            container = nil
            return
        }
        guard let last = free.popLast(), !table.partitions.contains(where: { $0.purpose == .extended }) else {
            throw RecoveryError(
                .failed,
                "its MBR has \(free.count) free entries and the other disks bring \(added) partitions. Name a disk with a GPT "
                    + "first, or leave one out")
        }
        container = last
    }

    mutating func add(
        _ part: CombinedSource.Part, count: UInt64, step: UInt64
    ) throws(RecoveryError) -> (number: Int, blocks: Range<UInt64>, uuid: String) {
        guard let type = part.type.byte else {
            throw RecoveryError(.failed, "an MBR has no word for the type of \(part.title)")
        }
        let aligned = (end + step - 1) / step * step
        let isPrimary = !free.isEmpty
        // A logical partition's record lies a step before it.
        let start = isPrimary ? aligned : aligned + step
        guard start + count <= UInt64(UInt32.max) else {
            throw RecoveryError(
                .failed,
                "\(part.title) would end behind block \(UInt32.max), where an MBR cannot name it. Name a disk with a GPT first"
            )
        }
        let blocks = start..<start + count
        end = blocks.upperBound
        let number: Int
        if isPrimary {
            number = free.removeFirst()
            set(number, type, blocks)
        } else {
            logical.append(Logical(record: aligned, blocks: blocks, type: type))
            number = 4 + logical.count
        }
        let node = HardDriveNode(
            partition: UInt32(number), start: start, blockCount: count, signature: .mbr(signature))
        return (number, blocks, node.partitionUUID)
    }

    private mutating func set(_ number: Int, _ type: UInt8, _ blocks: Range<UInt64>) {
        let place = Self.entries + 16 * (number - 1)
        sector.replaceSubrange(place..<place + 16, with: Self.entry(type, blocks.lowerBound, UInt64(blocks.count)))
    }

    /// Never active: the first disk's boot code starts what it started.
    private static func entry(_ type: UInt8, _ start: UInt64, _ count: UInt64) -> [UInt8] {
        [0] + noCylinders + [type] + noCylinders + MBRTable.field(start) + MBRTable.field(count)
    }

    func end(onDiskOf size: UInt64) -> UInt64 { min(size / sectorSize, UInt64(UInt32.max)) }

    func size(ofDiskEndingAt end: UInt64) -> UInt64 { end * sectorSize }

    func patches(size: UInt64) -> [DiskPatch] {
        guard let container, let first = logical.first, let last = logical.last else {
            return [DiskPatch(offset: 0, bytes: sector, reason: "MBR")]
        }
        var whole = self
        whole.set(container, 0x05, first.record..<last.blocks.upperBound)
        var patches: [DiskPatch] = []
        for (index, own) in logical.enumerated() {
            var record = [UInt8](repeating: 0, count: 512)
            let start = own.blocks.lowerBound - own.record
            record.replaceSubrange(
                Self.entries..<Self.entries + 16, with: Self.entry(own.type, start, UInt64(own.blocks.count)))
            if index + 1 < logical.count {
                let next = logical[index + 1]
                record.replaceSubrange(
                    Self.entries + 16..<Self.entries + 32,
                    with: Self.entry(0x05, next.record - first.record, next.blocks.upperBound - next.record))
            }
            (record[510], record[511]) = (0x55, 0xaa)
            patches.append(
                DiskPatch(
                    offset: own.record * sectorSize, bytes: record,
                    reason: "MBR: record of logical partition \(5 + index)"))
        }
        return patches + [DiskPatch(offset: 0, bytes: whole.sector, reason: "MBR")]
    }
}
