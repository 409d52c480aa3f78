internal import CBlkid
internal import LinuxSystem

/// Owner of a libblkid probe (`blkid_probe`) and of the file it looks at. One thread at a time; changes nothing.
package struct Probe: ~Copyable {
    private let probe: blkid_probe
    private let file: FileDescriptor
    private let sectorSize: Int?

    /// On a block device or an image. `logicalSectorSize` says in which unit the partition table of an image counts;
    /// a device knows.
    package init(_ path: String, logicalSectorSize: Int? = nil) throws(BlockDeviceError) {
        let file = try doing("Cannot look at \(path)") { () throws(SystemCallError) in try FileDescriptor(path) }
        try self.init(file, logicalSectorSize: logicalSectorSize)
    }

    init(_ file: consuming FileDescriptor, logicalSectorSize: Int?) throws(BlockDeviceError) {
        guard let probe = blkid_new_probe() else {
            throw BlockDeviceError(.inputOutput, "Cannot look at \(file.path): no memory.")
        }
        self.probe = probe
        self.file = file
        sectorSize = logicalSectorSize
    }

    deinit { blkid_free_probe(probe) }

    /// Everything on the disk. Throws `inputOutput` when it cannot be read.
    package func contents() throws(BlockDeviceError) -> DiskContents {
        let (table, found) = try layout()
        var partitions = found
        for index in partitions.indices where !partitions[index].isExtended {
            partitions[index].signatures = try signatures(in: partitions[index].range)
        }
        return DiskContents(table: table, partitions: partitions, signatures: try signatures(in: nil))
    }

    /// The partition table alone; signatures of the partitions are left empty.
    func layout() throws(BlockDeviceError) -> (DiskContents.Table?, [DiskContents.Partition]) {
        try set(nil)
        blkid_probe_enable_superblocks(probe, 1)  // a file system on the whole disk is not a partition table
        blkid_probe_enable_partitions(probe, 1)
        blkid_probe_set_partitions_flags(probe, BLKID_PARTS_ENTRY_DETAILS)
        guard let list = blkid_probe_get_partitions(probe), let found = blkid_partlist_get_table(list) else {
            return (nil, [])
        }
        let table = DiskContents.Table(
            kind: Self.text(blkid_parttable_get_type(found)) ?? "unknown",
            identifier: Self.text(blkid_parttable_get_id(found)))
        let count = max(0, blkid_partlist_numof_partitions(list))
        let partitions = (0..<count).compactMap { blkid_partlist_get_partition(list, $0).map { Self.partition($0) } }
        return (table, partitions.sorted { $0.number < $1.number })
    }

    /// The signatures in a range of the disk, or on the disk as a whole (nil).
    package func signatures(in range: Range<UInt64>?) throws(BlockDeviceError) -> Signatures {
        try set(range)
        configureSuperblocks()
        switch blkid_do_safeprobe(probe) {
        case 0: return superblock().map { .one($0) } ?? .none
        case 1: return .none
        case -2: return try everySignature(in: range)
        default:
            throw BlockDeviceError(
                .inputOutput, "Cannot look at \(file.path): reading \(range.map { "bytes \($0)" } ?? "it") failed.")
        }
    }

    /// One by one, without libblkid's refusal of contradictions.
    private func everySignature(in range: Range<UInt64>?) throws(BlockDeviceError) -> Signatures {
        try set(range)
        configureSuperblocks()
        var found: [Superblock] = []
        while found.count < 32, blkid_do_probe(probe) == 0 {
            if let superblock = superblock(), !found.contains(superblock) { found.append(superblock) }
        }
        return .ambivalent(found)
    }

    private func configureSuperblocks() {
        blkid_probe_enable_partitions(probe, 0)
        blkid_probe_enable_superblocks(probe, 1)
        blkid_probe_set_superblocks_flags(
            probe,
            BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID | BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE | BLKID_SUBLKS_VERSION)
    }

    private func set(_ range: Range<UInt64>?) throws(BlockDeviceError) {
        // Offset 0 and size 0 mean the whole device.
        let result = file.withNumber { number in
            blkid_probe_set_device(
                probe, number, blkid_loff_t(range?.lowerBound ?? 0), blkid_loff_t(range?.count64 ?? 0))
        }
        guard result == 0 else {
            throw BlockDeviceError(
                .inputOutput,
                "Cannot look at \(range.map { "bytes \($0) of " } ?? "")\(file.path): libblkid does not take it.")
        }
        if let sectorSize { blkid_probe_set_sectorsize(probe, UInt32(sectorSize)) }
    }

    private static func partition(_ partition: blkid_partition) -> DiskContents.Partition {
        let guid = text(blkid_partition_get_type_string(partition))
        let code = String(blkid_partition_get_type(partition), radix: 16)
        return DiskContents.Partition(
            number: Int(blkid_partition_get_partno(partition)),
            startInBytes: UInt64(clamping: blkid_partition_get_start(partition)) * 512,
            sizeInBytes: UInt64(clamping: blkid_partition_get_size(partition)) * 512,
            type: guid?.lowercased() ?? "0x" + (code.count < 2 ? "0" + code : code),
            name: text(blkid_partition_get_name(partition)), uuid: text(blkid_partition_get_uuid(partition)),
            flags: blkid_partition_get_flags(partition),
            isExtended: blkid_partition_is_extended(partition) != 0, signatures: .none)
    }

    private func superblock() -> Superblock? {
        guard let type = value("TYPE") else { return nil }
        return Superblock(
            type: type, usage: value("USAGE").flatMap { Superblock.Usage(rawValue: $0) } ?? .other, uuid: value("UUID"),
            memberUUID: value("UUID_SUB"), label: value("LABEL"), version: value("VERSION"),
            blockSize: value("BLOCK_SIZE").flatMap { Int($0) })
    }

    private func value(_ name: String) -> String? {
        var data: UnsafePointer<CChar>?
        guard blkid_probe_lookup_value(probe, name, &data, nil) == 0 else { return nil }
        return Self.text(data)
    }

    /// Labels and names are outside bytes: what is not UTF-8 becomes replacement characters.
    private static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        guard let pointer, pointer.pointee != 0 else { return nil }
        return String(cString: pointer)
    }
}

extension Range<UInt64> {
    var count64: UInt64 { upperBound - lowerBound }
}
