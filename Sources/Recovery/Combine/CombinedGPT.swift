internal import Buffers
internal import RepositoryFormat

/// A GPT that takes further partitions: the first disk's, or a new one.
struct CombinedGPT: CombinedTable {
    /// As many as Linux and everybody else reads of a table.
    private static let limit = 128

    let kind = BootPartitionKind.gpt
    private(set) var end: UInt64
    private let header: GPTHeader
    private var entries: [UInt8]
    private var numbers: Set<Int>
    private var uuids: Set<String>
    private let sectorSize: UInt64
    /// The disk's first block.
    private let mbr: [UInt8]

    init(_ table: GPTTable, mbr: [UInt8]) {
        header = table.header
        entries = table.entries
        end = table.partitions.map(\.blocks.upperBound).max() ?? table.header.firstUsable
        numbers = Set(table.partitions.map(\.number))
        uuids = Set(table.partitions.map(\.uuid))
        sectorSize = table.sectorSize
        self.mbr = mbr
    }

    /// A new one, for disks of which the first has none.
    ///
    /// - Parameter purpose: tells apart several that are made for one disk.
    init(newFor record: DiskRecord, as purpose: String = "disk") {
        let unit = Int(record.logicalSectorSize)
        let guid = GUIDText.bytes(GUIDText.derived(from: record, purpose))
        guard let guid, let header = GPTHeader(newWithGUID: guid, sectorSize: unit) else {
            preconditionFailure("a GPT for sectors of \(unit) bytes")
        }
        self.header = header
        entries = [UInt8](repeating: 0, count: header.entriesLength)
        end = header.firstUsable
        numbers = []
        uuids = []
        sectorSize = UInt64(unit)
        // The protective partition: from the second block on, of type 0xEE; its length is set with the table.
        var block = [UInt8](repeating: 0, count: unit)
        block.replaceSubrange(446..<458, with: [0, 0, 2, 0, 0xee, 0xff, 0xff, 0xff, 1, 0, 0, 0])
        (block[510], block[511]) = (0x55, 0xaa)
        mbr = block
    }

    mutating func add(
        _ part: CombinedSource.Part, count: UInt64, step: UInt64
    ) throws(RecoveryError) -> (number: Int, blocks: Range<UInt64>, uuid: String) {
        let most = min(Self.limit, Int(header.entryCount))
        guard let number = Self.number(numbers, upTo: most) else {
            throw RecoveryError(.failed, "\(part.title) would be one more than the \(most) partitions of a GPT")
        }
        guard let type = part.type.guid.flatMap({ GUIDText.bytes($0) }) else {
            throw RecoveryError(.failed, "a GPT has no word for the type of \(part.title)")
        }
        let own = part.uuid.flatMap { uuids.contains($0) ? nil : $0 }
        let uuid = own ?? GUIDText.derived(from: part.disk.record, "partition \(part.fit.partition.number)")
        guard let bytes = GUIDText.bytes(uuid), uuids.insert(uuid).inserted else {
            throw RecoveryError(.failed, "\(part.title) has no GUID of its own")
        }
        let start = (end + step - 1) / step * step
        let blocks = start..<start + count
        var entry = type + bytes + [UInt8](repeating: 0, count: Int(header.entrySize) - 32)
        entry.setLittleEndian(blocks.lowerBound, at: 32)
        entry.setLittleEndian(blocks.upperBound - 1, at: 40)
        entry.setLittleEndian(part.attributes, at: 48)
        // 36 units without an end.
        let name = UCS2.bytes(part.name ?? "").dropLast(2).prefix(72)
        entry.replaceSubrange(56..<56 + name.count, with: name)
        let place = (number - 1) * Int(header.entrySize)
        entries.replaceSubrange(place..<place + entry.count, with: entry)
        numbers.insert(number)
        end = blocks.upperBound
        return (number, blocks, uuid)
    }

    /// Behind the highest one while that is possible.
    private static func number(_ taken: Set<Int>, upTo most: Int) -> Int? {
        let next = (taken.max() ?? 0) + 1
        return next <= most ? next : (1...most).first { !taken.contains($0) }
    }

    private var entriesSectors: UInt64 { (UInt64(entries.count) + sectorSize - 1) / sectorSize }

    func end(onDiskOf size: UInt64) -> UInt64 {
        let taken = 1 + entriesSectors
        return size / sectorSize > taken ? size / sectorSize - taken : 0
    }

    func size(ofDiskEndingAt end: UInt64) -> UInt64 { (end + entriesSectors + 1) * sectorSize }

    func patches(size: UInt64) -> [DiskPatch] {
        [DiskPatch(offset: 0, bytes: mbr, reason: "MBR")]
            + GPTTable.patches(
                header: header, entries: entries, sectorSize: sectorSize, diskOf: size / sectorSize, mbr: mbr)
    }
}
