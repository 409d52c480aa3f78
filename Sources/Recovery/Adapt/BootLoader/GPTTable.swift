internal import Buffers
internal import Digests

/// A sound GUID partition table (UEFI specification, section 5.3) with its backup.
package struct GPTTable: BootPartitionTable {
    static let efiSystem = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"
    static let biosBoot = "21686148-6449-6e6f-744e-656564454649"
    private static let legacyBootable: UInt64 = 4

    package let sectorSize: UInt64
    package let partitions: [BootPartition]
    let header: GPTHeader
    private let backup: GPTHeader
    let entries: [UInt8]

    package var kind: BootPartitionKind { .gpt }
    /// In lower case.
    package var diskUUID: String { GUIDText.text(header.disk) }

    /// nil when the disk has none. A damaged one, or one without its backup, is refused: what is added must be in both.
    package init?(_ disk: DiskReader) throws(RecoveryError) {
        let size = UInt64(disk.sectorSize)
        sectorSize = size
        guard disk.sizeInBytes > 4 * size else { return nil }
        let sector = try disk.bytes(at: size, count: Int(size))
        guard GPTHeader.hasSignature(sector) else { return nil }
        let damaged = { (what: String) in
            RecoveryError(
                .failed, "The GPT of \(disk.path) is damaged (\(what)); it was not changed. Mend it with \"sgdisk -e\"."
            )
        }
        guard let primary = GPTHeader(sector: sector), primary.own == 1, primary.firstUsable <= primary.lastUsable,
            primary.lastUsable < disk.sizeInBytes / size
        else { throw damaged("primary header") }
        let entries = try Self.entries(primary, disk)
        guard let entries else { throw damaged("entries") }
        guard primary.alternate < disk.sizeInBytes / size,
            let other = GPTHeader(sector: try disk.bytes(at: primary.alternate * size, count: Int(size))),
            other.own == primary.alternate, other.entriesLength == primary.entriesLength,
            try Self.entries(other, disk) == entries
        else { throw damaged("the backup is missing or differs") }
        header = primary
        backup = other
        self.entries = entries
        partitions = Self.partitions(primary, entries)
    }

    /// Why a disk with a GPT is better left alone: its MBR names partitions of its own. nil when it does not. `head` begins with
    /// the MBR.
    static func hybridOddity(_ head: [UInt8]) -> String? {
        let foreign = (0..<4).contains { ![0, 0xee].contains(head[446 + 16 * $0 + 4]) }
        return head[510] == 0x55 && head[511] == 0xaa && foreign
            ? "its MBR is a hybrid of GPT and MBR partitions" : nil
    }

    package var freeBlocks: [Range<UInt64>] {
        Self.gaps(in: header.firstUsable..<header.lastUsable + 1, used: partitions.map(\.blocks))
    }

    package func adding(
        _ purpose: BootPartition.Purpose, blocks: Range<UInt64>, uuid: String
    ) -> BootPartitionAddition? {
        let (type, name) =
            switch purpose {
            case .biosBoot: (Self.biosBoot, "BIOS boot")
            default: (Self.efiSystem, "EFI system")
            }
        let taken = Set(partitions.map(\.number))
        guard let number = (1...Int(header.entryCount)).first(where: { !taken.contains($0) }),
            let typeBytes = GUIDText.bytes(type), let uuidBytes = GUIDText.bytes(uuid)
        else { return nil }
        let place = (number - 1) * Int(header.entrySize)
        var entry = typeBytes + uuidBytes + [UInt8](repeating: 0, count: Int(header.entrySize) - 32)
        entry.setLittleEndian(blocks.lowerBound, at: 32)
        entry.setLittleEndian(blocks.upperBound - 1, at: 40)
        let characters = UCS2.bytes(name)
        entry.replaceSubrange(56..<56 + characters.count, with: characters)
        var changed = entries
        changed.replaceSubrange(place..<place + entry.count, with: entry)
        let partition = BootPartition(
            number: number, blocks: blocks, purpose: purpose, uuid: uuid, isActive: false)
        return BootPartitionAddition(
            partition: partition,
            patches: patches(at: place, entry, checksum: CRC32.checksum(changed), what: "partition \(number) (\(name))")
        )
    }

    package func growing(_ partition: BootPartition, to end: UInt64) -> [DiskPatch] {
        let place = (partition.number - 1) * Int(header.entrySize)
        var changed = entries
        changed.setLittleEndian(end - 1, at: place + 40)
        return patches(
            at: place, Array(changed[place..<place + Int(header.entrySize)]), checksum: CRC32.checksum(changed),
            what: "the end of partition \(partition.number)")
    }

    package var oddity: String? {
        let used = (0..<Int(header.entryCount)).filter { index in
            entries[index * Int(header.entrySize)..<index * Int(header.entrySize) + 16].contains { $0 != 0 }
        }
        if used.count != partitions.count { return "a partition of its GPT leaves the usable room" }
        return overlap(of: partitions)
    }

    /// The backup first: at every moment one of the two is whole.
    private func patches(at place: Int, _ entry: [UInt8], checksum: UInt32, what: String) -> [DiskPatch] {
        [(backup, "backup"), (header, "primary")].flatMap { old, name in
            var new = old
            new.setEntriesChecksum(checksum)
            return [
                DiskPatch(
                    offset: old.entries * sectorSize + UInt64(place), bytes: entry,
                    reason: "GPT: \(what) in the \(name) entries"),
                DiskPatch(
                    offset: old.own * sectorSize, bytes: new.bytes, reason: "GPT: checksum in the \(name) header"),
            ]
        }
    }

    private static func entries(_ header: GPTHeader, _ disk: DiskReader) throws(RecoveryError) -> [UInt8]? {
        let size = UInt64(disk.sectorSize)
        guard header.entries < disk.sizeInBytes / size,
            UInt64(header.entriesLength) <= disk.sizeInBytes - header.entries * size
        else { return nil }
        let bytes = try disk.bytes(at: header.entries * size, count: header.entriesLength)
        return CRC32.checksum(bytes) == header.entriesChecksum ? bytes : nil
    }

    private static func partitions(_ header: GPTHeader, _ entries: [UInt8]) -> [BootPartition] {
        (0..<Int(header.entryCount)).compactMap { index in
            let entry = Array(entries[index * Int(header.entrySize)..<(index + 1) * Int(header.entrySize)])
            let type = GUIDText.text(entry[..<16])
            let first = entry.littleEndian(UInt64.self, at: 32)
            let last = entry.littleEndian(UInt64.self, at: 40)
            guard entry[..<16].contains(where: { $0 != 0 }), first <= last, last <= header.lastUsable else {
                return nil
            }
            return BootPartition(
                number: index + 1, blocks: first..<last + 1, purpose: purpose(type),
                uuid: GUIDText.text(entry[16..<32]),
                isActive: entry.littleEndian(UInt64.self, at: 48) & legacyBootable != 0)
        }
    }

    private static func purpose(_ type: String) -> BootPartition.Purpose {
        switch type {
        case efiSystem: .efiSystem
        case biosBoot: .biosBoot
        default: .other
        }
    }
}
