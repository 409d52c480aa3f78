internal import Buffers

/// An MBR partition table. Logical partitions are not listed: no loader is put into one, and their container counts as used.
package struct MBRTable: BootPartitionTable {
    private static let entries = 446
    private static let signature = 440

    package let sectorSize: UInt64
    package let partitions: [BootPartition]
    let diskSignature: UInt32
    /// Blocks of the disk that an MBR can name.
    let blockCount: UInt64

    package var kind: BootPartitionKind { .mbr }

    /// nil when the disk has none, or only the one that protects a GPT, or a file system whose boot sector looks alike.
    package init?(_ disk: DiskReader) throws(RecoveryError) {
        sectorSize = UInt64(disk.sectorSize)
        guard disk.sizeInBytes > 1 << 20 else { return nil }
        let sector = try disk.bytes(at: 0, count: 512)
        guard sector[510] == 0x55, sector[511] == 0xaa else { return nil }
        blockCount = min(disk.sizeInBytes / sectorSize, UInt64(UInt32.max))
        diskSignature = sector.littleEndian(UInt32.self, at: Self.signature)
        var found: [BootPartition] = []
        for number in 1...4 {
            let entry = Self.entries + 16 * (number - 1)
            guard sector[entry] & 0x7f == 0 else { return nil }
            let start = UInt64(sector.littleEndian(UInt32.self, at: entry + 8))
            let count = UInt64(sector.littleEndian(UInt32.self, at: entry + 12))
            guard sector[entry + 4] != 0, count > 0 else { continue }
            guard sector[entry + 4] != 0xee, start > 0 else { return nil }
            let place = HardDriveNode(
                partition: UInt32(number), start: start, blockCount: count, signature: .mbr(diskSignature))
            found.append(
                BootPartition(
                    number: number, blocks: start..<start + count, purpose: Self.purpose(sector[entry + 4]),
                    uuid: place.partitionUUID, isActive: sector[entry] == 0x80))
        }
        guard !found.isEmpty else { return nil }
        partitions = found
    }

    /// The first 2048 blocks are the loader's.
    package var freeBlocks: [Range<UInt64>] {
        Self.gaps(in: 2048..<max(2048, blockCount), used: partitions.map(\.blocks))
    }

    /// Blocks between the MBR and the first partition, where GRUB for BIOS lives.
    package var gap: Range<UInt64> { 1..<max(1, partitions.map(\.blocks.lowerBound).min() ?? 1) }

    package func adding(
        _ purpose: BootPartition.Purpose, blocks: Range<UInt64>, uuid: String
    ) -> BootPartitionAddition? {
        let taken = Set(partitions.map(\.number))
        guard purpose == .efiSystem, let number = (1...4).first(where: { !taken.contains($0) }),
            let start = UInt32(exactly: blocks.lowerBound), let count = UInt32(exactly: blocks.count)
        else { return nil }
        // Not active; cylinders beyond what they can name, as everybody writes them.
        var entry: [UInt8] = [0, 0xfe, 0xff, 0xff, 0xef, 0xfe, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]
        entry.setLittleEndian(start, at: 8)
        entry.setLittleEndian(count, at: 12)
        let place = HardDriveNode(
            partition: UInt32(number), start: blocks.lowerBound, blockCount: UInt64(blocks.count),
            signature: .mbr(diskSignature))
        return BootPartitionAddition(
            partition: BootPartition(
                number: number, blocks: blocks, purpose: purpose, uuid: place.partitionUUID, isActive: false),
            patches: [
                DiskPatch(
                    offset: UInt64(Self.entries + 16 * (number - 1)), bytes: entry,
                    reason: "MBR: partition \(number) (EFI system)")
            ])
    }

    package func growing(_ partition: BootPartition, to end: UInt64) -> [DiskPatch] {
        [
            DiskPatch(
                offset: UInt64(Self.entries + 16 * (partition.number - 1) + 12),
                bytes: Self.field(end - partition.blocks.lowerBound),
                reason: "MBR: length of partition \(partition.number)")
        ]
    }

    /// A length or an address as the table holds it. Traps above 2^32 − 1: `freeBlocks` ends before.
    static func field(_ blocks: UInt64) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4)
        bytes.setLittleEndian(UInt32(blocks), at: 0)
        return bytes
    }

    package var oddity: String? {
        if let beyond = partitions.first(where: { $0.blocks.upperBound > blockCount }) {
            return "partition \(beyond.number) of its MBR ends beyond the disk or beyond 2^32 blocks"
        }
        return overlap(of: partitions)
    }

    private static func purpose(_ type: UInt8) -> BootPartition.Purpose {
        switch type {
        case 0xef: .efiSystem
        case 0x05, 0x0f, 0x85: .extended
        default: .other
        }
    }
}
