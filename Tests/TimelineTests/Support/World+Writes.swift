import Repository
import RepositoryFormat

extension World {
    private static let largest = 2_048
    /// Bytes of a record that has content; longer writes become several.
    private static let sectorsInRecord = 512

    /// The clock goes on; now and then it is set.
    func tickClock() {
        switch number(0...999) {
        case 0: clock += Int64(number(-7_200...7_200)) * 1_000_000_000
        case 1...4: clock += Int64(number(-1_000...1_000)) * 1_000_000
        case 5...40: clock += Int64(number(0...3_000)) * 1_000_000 * pace
        case 41...300: break
        default: clock += Int64(number(1...60_000_000)) * pace
        }
    }

    /// A run of sectors as writes fall: anywhere, behind one another, in a few hot places, at the ends, over page borders.
    func randomRun() -> (disk: Int, start: Int, count: Int) {
        let disks = oracle.disks
        var disk = chance(3) ? number(0...disks.count - 1) : 0
        let highest = number(0...11)
        var count = number(1...1 << number(0...highest))
        if chance(20) { count = Self.largest }
        var start: Int
        switch number(0...9) {
        case 0...2: start = number(0...disks[disk].sectors.count - 1)
        case 3...4:
            disk = min(lastEnd.disk, disks.count - 1)
            start = lastEnd.sector
        case 5...6: start = number(0...3) * 997 + number(0...64)
        case 7: start = number(0...disks[disk].sectors.count / 2_048) * 2_048 - number(0...count)
        case 8: start = disks[disk].sectors.count - count
        default: start = number(0...disks[disk].sectors.count / 8) * 8
        }
        let sectors = disks[disk].sectors.count
        start = max(0, min(start, sectors - 1))
        count = min(count, sectors - start, Self.largest)
        return (disk, start, count)
    }

    private func randomContent(_ disk: Int, _ start: Int, _ count: Int) -> [UInt32] {
        switch number(0...9) {
        case 0...3:
            let pool = UInt32(number(1...24)) << 12
            return (0..<UInt32(count)).map { pool + $0 }
        case 4: return [UInt32](repeating: SectorContent.zero, count: count)
        case 5: return Array(oracle.disks[disk].sectors[start..<start + count])
        default:
            nextContent += UInt32(count)
            return (0..<UInt32(count)).map { nextContent - UInt32(count) + $0 }
        }
    }

    func write(_ writer: JournalWriter) throws {
        let (disk, start, count) = randomRun()
        let ids = randomContent(disk, start, count)
        let number = oracle.disks[disk].number
        lastEnd = (disk, start + count)
        for part in stride(from: 0, to: count, by: Self.sectorsInRecord) {
            let end = min(part + Self.sectorsInRecord, count)
            log(.write(disk: number, start: start + part, ids: Array(ids[part..<end])))
        }
        try writer.write(time: clock, disk: number, offset: UInt64(start) * 512, bytes(ids[...]))
    }

    func clear(_ writer: JournalWriter, _ kind: JournalRecord.Kind) throws {
        var (disk, start, count) = randomRun()
        if chance(10) { (start, count) = (0, oracle.disks[disk].sectors.count) }
        if chance(4) { count = min(count * 16, oracle.disks[disk].sectors.count - start) }
        let number = oracle.disks[disk].number
        log(.write(disk: number, start: start, ids: [UInt32](repeating: SectorContent.zero, count: count)))
        try writer.clear(
            kind, time: clock, disk: number, offset: UInt64(start) * 512, length: UInt64(count) * 512)
    }

    func tick(_ writer: JournalWriter) throws {
        log(.tick)
        try writer.tick(time: clock)
    }

    /// Adds a record of the present writer to the oracle: known before the engine is asked, published only afterwards.
    func log(_ change: Oracle.Change) {
        guard let last = oracle.log.last?.position else { return }
        let position = Position(epoch: epoch, sequence: last.epoch == epoch ? last.sequence + 1 : 1)
        oracle.append(position, time: clock / 1_000 * 1_000, change)
    }
}
