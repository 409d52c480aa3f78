internal import BlockDevices
internal import RepositoryFormat

/// What one of several disks brings to their common target: its partitions, or all of it as one.
struct CombinedSource {
    let disk: ViewDisk
    /// nil where the disk has no partitions.
    let table: FitTable?
    /// In the order of the disk. Number 0 is the whole disk. None where nothing lies on it.
    let parts: [Part]

    struct Part {
        let disk: ViewDisk
        var fit: FitPart
        var type: PartitionType
        /// In lower case; nil where the table gives none.
        var uuid: String?
        var name: String?
        /// GPT: attributes, but not "legacy BIOS bootable": the boot loader stays that of the first disk.
        var attributes: UInt64

        /// "partition 2 of disk 1", "disk 1".
        var title: String {
            fit.partition.number == 0 ? disk.title : "partition \(fit.partition.number) of \(disk.title)"
        }
    }

    private static let legacyBootable: UInt64 = 4

    /// Throws `failed` with why what lies on the disk cannot be moved.
    init(_ disk: ViewDisk) throws(RecoveryError) {
        self.disk = disk
        let contents: DiskContents
        do throws(BlockDeviceError) { contents = try Probe.contents(of: disk) } catch {
            throw RecoveryError(error, state: .untouched)
        }
        guard contents.table != nil, !Self.isWhole(contents) else {
            table = nil
            parts = try Self.whole(disk, contents.signatures)
            return
        }
        let table = try FitTable(DiskReader(disk))
        self.table = table
        var parts: [Part] = []
        for partition in table.partitions {
            let range = partition.blocks.lowerBound * table.sectorSize..<partition.blocks.upperBound * table.sectorSize
            guard range.upperBound <= disk.record.sizeInBytes,
                let found = contents.partitions.first(where: { $0.number == partition.number && $0.range == range })
            else { throw RecoveryError(.failed, "its partition \(partition.number) is not understood") }
            // Logical Disk Manager of Windows: keeps a database of places at the disk's end.
            guard !["0x42", "5808c8aa-7e8f-42e0-85d2-e1e90434cfb3"].contains(found.type) else {
                throw RecoveryError(.failed, "it is a dynamic disk of Windows")
            }
            let isGPT = table.gpt != nil
            parts.append(
                Part(
                    disk: disk,
                    fit: FitPart(
                        partition: partition, range: range, lead: table.lead(of: partition),
                        content: FitContent(found, hasData: true)),
                    type: PartitionType(found.type), uuid: isGPT ? partition.uuid : nil, name: found.name,
                    attributes: isGPT ? found.flags & ~Self.legacyBootable : 0))
        }
        self.parts = parts
    }

    /// Whether the disk as a whole is a member of something, and the table lies inside that. A superblock at the disk's end may
    /// as well be that of its last partition.
    private static func isWhole(_ contents: DiskContents) -> Bool {
        guard case .one(let superblock) = contents.signatures, superblock.usage == .raid || superblock.usage == .crypto
        else { return false }
        return !contents.partitions.contains { partition in
            partition.signatures.all.contains { $0.type == superblock.type && $0.uuid == superblock.uuid }
        }
    }

    private static func whole(_ disk: ViewDisk, _ signatures: Signatures) throws(RecoveryError) -> [Part] {
        let size = disk.record.sizeInBytes
        let count: UInt64
        do { count = try disk.dataSectors(in: 0..<size) } catch { throw RecoveryError(error, state: .untouched) }
        guard count > 0 else { return [] }
        let unit = UInt64(disk.record.logicalSectorSize)
        let superblock: Superblock? = if case .one(let found) = signatures { found } else { nil }
        // BIOS RAID keeps what it knows at the end of the disk, and looks for it nowhere else.
        let isFirmwareRAID = superblock.map { $0.type.hasSuffix("_raid_member") && $0.type != "linux_raid_member" }
        guard isFirmwareRAID != true else {
            throw RecoveryError(.failed, "it belongs to a RAID of the firmware (\(superblock?.type ?? ""))")
        }
        let partition = BootPartition(
            number: 0, blocks: 0..<size / unit, purpose: .other, uuid: "", isActive: false)
        let found = DiskContents.Partition(
            number: 0, startInBytes: 0, sizeInBytes: size, type: "", signatures: signatures)
        let fit = FitPart(
            partition: partition, range: 0..<size, lead: 0, content: FitContent(found, hasData: true))
        return [
            Part(
                disk: disk, fit: fit, type: PartitionType(holding: superblock?.type), uuid: nil, name: nil,
                attributes: 0)
        ]
    }
}

extension ViewDisk {
    /// "disk 1".
    var title: String { "disk \(record.number)" }
}
