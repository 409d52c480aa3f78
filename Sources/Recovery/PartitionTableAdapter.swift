internal import Buffers
internal import Digests

/// Fits the GPT of a disk to a larger one: the backup moves to the new end, the primary names it, the protective MBR
/// covers all. Pure; partitions are not touched. Works for any sector size that is a power of two.
package struct PartitionTableAdapter {
    package struct Result {
        /// In the order in which they take effect.
        package var patches: [DiskPatch] = []
        package var warnings: [String] = []
    }

    let sourceSize: UInt64
    let targetSize: UInt64
    /// What the source's sectors were said to be; an image may hold the table of a disk with others.
    let sectorSize: UInt64

    package init(sourceSize: UInt64, targetSize: UInt64, sectorSize: UInt64) {
        self.sourceSize = sourceSize
        self.targetSize = targetSize
        self.sectorSize = sectorSize
    }

    /// `head` are the disk's first bytes, `tail` those from `tailStart` to the source's end. Empty when nothing is to be
    /// changed; a warning alone when there is a GPT that is better left alone.
    package func adapt(head: [UInt8], tail: [UInt8], tailStart: UInt64) -> Result {
        guard targetSize > sourceSize else { return Result() }
        for size in [sectorSize, 512, 4_096] where head.count >= 2 * Int(size) {
            let sector = Array(head[Int(size)..<2 * Int(size)])
            guard GPTHeader.hasSignature(sector) else { continue }
            guard let header = GPTHeader(sector: sector), header.own == 1 else {
                return warning("its GPT is damaged (the primary header's checksum or fields are wrong)")
            }
            return Disk(head: head, tail: tail, tailStart: tailStart, size: size, adapter: self).adapt(header)
        }
        return Result()
    }

    private func warning(_ what: String) -> Result {
        Result(
            patches: [],
            warnings: ["\(what); it was restored as it is and not fitted to the larger disk. See \"sgdisk -v\"."])
    }

    private struct Disk {
        let head: [UInt8]
        let tail: [UInt8]
        let tailStart: UInt64
        let size: UInt64
        let adapter: PartitionTableAdapter

        func adapt(_ old: GPTHeader) -> Result {
            let sectors = adapter.targetSize / size
            let entriesSectors = (UInt64(old.entriesLength) + size - 1) / size
            guard sectors > entriesSectors + 2, let entries = bytes(at: old.entries, count: old.entriesLength),
                CRC32.checksum(entries) == old.entriesChecksum
            else { return adapter.warning("its GPT is damaged (the partition entries do not match their checksum)") }
            let backupEntries = sectors - 1 - entriesSectors
            guard old.lastUsable < backupEntries, old.firstUsable <= old.lastUsable else {
                return adapter.warning("its GPT describes a disk that is larger than the target")
            }
            var primary = old
            primary.set(GPTHeader.Field.alternate, to: sectors - 1)
            primary.set(GPTHeader.Field.lastUsable, to: backupEntries - 1)
            var backup = primary
            backup.set(GPTHeader.Field.own, to: sectors - 1)
            backup.set(GPTHeader.Field.alternate, to: 1)
            backup.set(GPTHeader.Field.entries, to: backupEntries)
            var result = Result()
            result.patches += oldBackup(of: old)
            let padding = [UInt8](repeating: 0, count: Int(entriesSectors * size) - entries.count)
            result.patches.append(
                DiskPatch(
                    offset: backupEntries * size, bytes: entries + padding,
                    reason: "GPT: backup of the partition entries at the disk's new end"))
            result.patches.append(
                DiskPatch(
                    offset: (sectors - 1) * size, bytes: backup.bytes,
                    reason: "GPT: backup header at the disk's new end"))
            result.patches += primaryChanges(primary)
            protectiveMBR(sectors, &result)
            return result
        }

        /// The three fields of the primary header that change.
        private func primaryChanges(_ header: GPTHeader) -> [DiskPatch] {
            [
                (GPTHeader.Field.checksum, 4, "checksum"),
                (GPTHeader.Field.alternate, 8, "address of the backup header"),
                (GPTHeader.Field.lastUsable, 8, "last usable block"),
            ].map { offset, count, name in
                DiskPatch(
                    offset: size + UInt64(offset), bytes: Array(header.bytes[offset..<offset + count]),
                    reason: "GPT: \(name) in the primary header")
            }
        }

        /// Zeros over the backup at the source's end, which a tool could take for the disk's own.
        private func oldBackup(of primary: GPTHeader) -> [DiskPatch] {
            guard let sector = bytes(at: primary.alternate, count: Int(size)), let header = GPTHeader(sector: sector),
                header.own == primary.alternate, header.entries > primary.lastUsable,
                bytes(at: header.entries, count: header.entriesLength) != nil
            else { return [] }
            let length = (header.entriesLength + Int(size) - 1) / Int(size) * Int(size)
            let zeros = { (block: UInt64, count: Int) in
                DiskPatch(
                    offset: block * size, bytes: [UInt8](repeating: 0, count: count),
                    reason: "GPT: the backup at the source's end is removed")
            }
            return [zeros(header.entries, length), zeros(header.own, Int(size))]
        }

        /// The entry of type 0xEE covers the disk up to 2^32 − 1 blocks (UEFI specification, section 5.2.3).
        private func protectiveMBR(_ sectors: UInt64, _ result: inout Result) {
            guard head[510] == 0x55, head[511] == 0xaa else { return }
            let slots = (0..<4).map { 446 + 16 * $0 }
            let used = slots.filter { head[$0 + 4] != 0 }
            guard let slot = used.first(where: { head[$0 + 4] == 0xee }) else { return }
            let start = head.littleEndian(UInt32.self, at: slot + 8)
            let length = head.littleEndian(UInt32.self, at: slot + 12)
            guard length != .max, UInt64(start) < sectors else { return }
            let reachesEnd = UInt64(start) + UInt64(length) == adapter.sourceSize / size
            guard used.count == 1 || reachesEnd else {
                result.warnings.append("its MBR is a hybrid of GPT and MBR partitions and was left as it is.")
                return
            }
            var field = [UInt8](repeating: 0, count: 4)
            field.setLittleEndian(UInt32(min(sectors - UInt64(start), UInt64(UInt32.max))), at: 0)
            result.patches.append(
                DiskPatch(offset: UInt64(slot + 12), bytes: field, reason: "MBR: length of the protective partition"))
        }

        /// Bytes of the head or the tail from a block address on; nil when they are not all there.
        private func bytes(at block: UInt64, count: Int) -> [UInt8]? {
            let (start, overflow) = block.multipliedReportingOverflow(by: size)
            guard !overflow, start <= adapter.sourceSize else { return nil }
            for (part, from) in [(head, UInt64(0)), (tail, tailStart)] {
                guard start >= from, start - from <= UInt64(part.count),
                    UInt64(part.count) - (start - from) >= UInt64(count)
                else { continue }
                return Array(part[Int(start - from)..<Int(start - from) + count])
            }
            return nil
        }
    }
}
