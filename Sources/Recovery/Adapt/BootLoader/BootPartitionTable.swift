/// The partition table of a restored disk as far as starting from it goes: what is where, where room is left, and how a
/// partition is added. Two kinds: `GPTTable` and `MBRTable`.
package protocol BootPartitionTable: Sendable {
    var kind: BootPartitionKind { get }
    var sectorSize: UInt64 { get }
    var partitions: [BootPartition] { get }
    /// Blocks that belong to no partition and may belong to one, in order.
    var freeBlocks: [Range<UInt64>] { get }
    /// What is written to add a partition, in the order in which it takes effect; nil when no number is free.
    func adding(_ purpose: BootPartition.Purpose, blocks: Range<UInt64>, uuid: String) -> BootPartitionAddition?
    /// What is written to make a partition of this table end before block `end`, in the order in which it takes effect.
    func growing(_ partition: BootPartition, to end: UInt64) -> [DiskPatch]
    /// What about the table is not understood, in words: then free room may not be free, and no partition is grown.
    var oddity: String? { get }
}

package enum BootPartitionKind: String, Sendable { case gpt = "GPT", mbr = "MBR" }

/// A partition, in logical blocks.
package struct BootPartition: Hashable, Sendable {
    package enum Purpose: Hashable, Sendable {
        case efiSystem, biosBoot
        /// Holds logical partitions, no file system.
        case extended
        case other
    }

    package var number: Int
    package var blocks: Range<UInt64>
    package var purpose: Purpose
    /// PARTUUID: the GUID in lower case, or "5a3c1f02-01".
    package var uuid: String
    /// MBR: the active flag. GPT: the attribute "legacy BIOS bootable".
    package var isActive: Bool
}

package struct BootPartitionAddition: Hashable, Sendable {
    package var partition: BootPartition
    package var patches: [DiskPatch]
}

extension BootPartitionTable {
    /// Where a partition as UEFI firmware names it lies.
    func place(of partition: BootPartition) -> HardDriveNode {
        let signature: HardDriveNode.Signature =
            switch kind {
            case .gpt: .gpt(partition.uuid)
            case .mbr: .mbr(UInt32(partition.uuid.prefix(8), radix: 16) ?? 0)
            }
        return HardDriveNode(
            partition: UInt32(partition.number), start: partition.blocks.lowerBound,
            blockCount: UInt64(partition.blocks.count), signature: signature)
    }

    /// At most `maximum` bytes at the end of the largest free run that holds `minimum` bytes once it begins at a multiple of
    /// `alignment`.
    package func room(minimum: UInt64, maximum: UInt64, alignment: UInt64 = 1 << 20) -> Range<UInt64>? {
        let step = max(1, alignment / sectorSize)
        let found = freeBlocks.map { free -> Range<UInt64> in
            let start = (free.lowerBound + step - 1) / step * step
            guard start < free.upperBound else { return free.upperBound..<free.upperBound }
            let whole = (free.upperBound - start) / step * step
            // The last block of GPT's usable room is rarely at a multiple: what is left there is small and of use.
            let length = min(whole * sectorSize >= minimum ? whole : free.upperBound - start, maximum / sectorSize)
            // At the end of the run, so that the partition before it can still grow.
            let last = (free.upperBound - length) / step * step
            return last..<last + length
        }
        let best = found.max { ($0.count, $1.lowerBound) < ($1.count, $0.lowerBound) }
        return best.flatMap { UInt64($0.count) * sectorSize >= minimum ? $0 : nil }
    }

    /// The first free run of at least `minimum` bytes, from its first block on: for what needs no alignment.
    package func firstRoom(minimum: UInt64, maximum: UInt64) -> Range<UInt64>? {
        freeBlocks.first { UInt64($0.count) * sectorSize >= minimum }
            .map { $0.lowerBound..<min($0.upperBound, $0.lowerBound + maximum / sectorSize) }
    }

    /// What lies behind a partition and belongs to none; empty at its end when the next one follows at once.
    func room(behind partition: BootPartition) -> Range<UInt64> {
        let end = partition.blocks.upperBound
        return freeBlocks.first { $0.lowerBound == end } ?? end..<end
    }

    /// Two partitions that share blocks, in words.
    func overlap(of partitions: [BootPartition]) -> String? {
        let sorted = partitions.sorted { $0.blocks.lowerBound < $1.blocks.lowerBound }
        return zip(sorted, sorted.dropFirst()).first { $0.blocks.upperBound > $1.blocks.lowerBound }
            .map { "partitions \($0.number) and \($1.number) overlap" }
    }

    /// What lies between used ranges inside `usable`.
    static func gaps(in usable: Range<UInt64>, used: [Range<UInt64>]) -> [Range<UInt64>] {
        var next = usable.lowerBound
        var gaps: [Range<UInt64>] = []
        for range in used.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.upperBound > next {
            if range.lowerBound > next { gaps.append(next..<min(range.lowerBound, usable.upperBound)) }
            next = max(next, range.upperBound)
            if next >= usable.upperBound { return gaps }
        }
        if next < usable.upperBound { gaps.append(next..<usable.upperBound) }
        return gaps
    }
}
