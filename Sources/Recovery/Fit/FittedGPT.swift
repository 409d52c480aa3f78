internal import Buffers
internal import Digests

extension GPTTable {
    /// First and last block (exclusive) that partitions may have on a disk of so many blocks.
    func usable(onDiskOf blocks: UInt64) -> Range<UInt64>? {
        let taken = 1 + entriesSectors
        guard blocks > taken, blocks - taken > header.firstUsable else { return nil }
        return header.firstUsable..<blocks - taken
    }

    private var entriesSectors: UInt64 { (UInt64(header.entriesLength) + sectorSize - 1) / sectorSize }

    /// The table for a disk of so many blocks: both copies with the new places of the partitions, by number, and the
    /// protective MBR. Everything else of every entry stays.
    ///
    /// - Parameter mbr: the disk's first block.
    func fitted(toDiskOf blocks: UInt64, places: [Int: Range<UInt64>], mbr: [UInt8]) -> [DiskPatch] {
        var changed = entries
        for (number, range) in places {
            let place = (number - 1) * Int(header.entrySize)
            changed.setLittleEndian(range.lowerBound, at: place + 32)
            changed.setLittleEndian(range.upperBound - 1, at: place + 40)
        }
        return Self.patches(header: header, entries: changed, sectorSize: sectorSize, diskOf: blocks, mbr: mbr)
    }

    /// Both copies of a table for a disk of so many blocks, and the length in the protective MBR.
    static func patches(
        header: GPTHeader, entries changed: [UInt8], sectorSize: UInt64, diskOf blocks: UInt64, mbr: [UInt8]
    ) -> [DiskPatch] {
        let entriesSectors = (UInt64(changed.count) + sectorSize - 1) / sectorSize
        let backupEntries = blocks - 1 - entriesSectors
        var primary = header
        primary.set(GPTHeader.Field.alternate, to: blocks - 1)
        primary.set(GPTHeader.Field.lastUsable, to: backupEntries - 1)
        primary.setEntriesChecksum(CRC32.checksum(changed))
        var backup = primary
        backup.set(GPTHeader.Field.own, to: blocks - 1)
        backup.set(GPTHeader.Field.alternate, to: 1)
        backup.set(GPTHeader.Field.entries, to: backupEntries)
        var patches = [
            DiskPatch(offset: backupEntries * sectorSize, bytes: changed, reason: "GPT: backup entries"),
            DiskPatch(offset: (blocks - 1) * sectorSize, bytes: backup.bytes, reason: "GPT: backup header"),
            DiskPatch(offset: header.entries * sectorSize, bytes: changed, reason: "GPT: primary entries"),
            DiskPatch(offset: sectorSize, bytes: primary.bytes, reason: "GPT: primary header"),
        ]
        // The entry of type 0xEE covers the disk up to 2^32 − 1 blocks (UEFI specification, section 5.2.3).
        for slot in (0..<4).map({ 446 + 16 * $0 }) where mbr[slot + 4] == 0xee {
            let start = UInt64(mbr.littleEndian(UInt32.self, at: slot + 8))
            let length = min(blocks - min(start, blocks), UInt64(UInt32.max))
            patches.append(
                DiskPatch(
                    offset: UInt64(slot + 12), bytes: MBRTable.field(length),
                    reason: "MBR: length of the protective partition"))
        }
        return patches
    }
}
