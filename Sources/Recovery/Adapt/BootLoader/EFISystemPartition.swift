internal import BlockDevices
internal import Buffers

/// An EFI system partition of a restored disk, with a FAT file system in it.
package struct EFISystemPartition: Sendable {
    package let disk: BootDisk
    package let partition: BootPartition
    package let files: ESPFiles

    var name: String { disk.name(partition) }
    /// Where the restored system mounts it.
    var mountPoint: String? {
        if case .mounted(_, let mountPoint) = files.access { return mountPoint }
        return nil
    }
    var place: HardDriveNode { disk.table.place(of: partition) }

    /// Those of all disks that hold FAT, in the order of the disks; and words about those that do not.
    static func find(
        on disks: [BootDisk], _ system: RestoredSystem
    ) throws(RecoveryError) -> (usable: [EFISystemPartition], unusable: [String]) {
        var usable: [EFISystemPartition] = []
        var unusable: [String] = []
        for disk in disks {
            for partition in disk.table.partitions where partition.purpose == .efiSystem {
                guard try isFAT(disk, partition) else {
                    unusable.append("\(disk.name(partition)) is an EFI system partition without a FAT file system")
                    continue
                }
                let serial = try serial(disk, partition)
                // On an array of mirrors (its superblock is at the end) every member is an EFI system partition for
                // firmware, and only the array may be written to.
                let volume = system.volumes.first {
                    ($0.disk == disk.number && $0.partition == partition.number && $0.mountPoint != nil)
                        || ($0.disk == nil && $0.superblock.type == "vfat" && $0.superblock.uuid == serial)
                }
                let access: ESPFiles.Access =
                    if let mountPoint = volume?.mountPoint {
                        .mounted(system.tree, at: mountPoint)
                    } else {
                        .disk(number: disk.number, path: disk.path, offset: disk.offset(partition))
                    }
                usable.append(EFISystemPartition(disk: disk, partition: partition, files: ESPFiles(access)))
            }
        }
        return (usable, unusable)
    }

    /// Of FAT32, as libblkid writes it: "3F2A-91C0".
    private static func serial(_ disk: BootDisk, _ partition: BootPartition) throws(RecoveryError) -> String {
        let sector = try disk.reader.bytes(at: disk.offset(partition), count: 512)
        return ESPMaker(sizeInBytes: 0, sectorSize: 512, serial: sector.littleEndian(UInt32.self, at: 67)).uuid
    }

    /// By its boot sector: signature, sectors and clusters that are powers of two, one or two tables.
    private static func isFAT(_ disk: BootDisk, _ partition: BootPartition) throws(RecoveryError) -> Bool {
        let sector = try disk.reader.bytes(at: disk.offset(partition), count: 512)
        let bytesPerSector = sector.littleEndian(UInt16.self, at: 11)
        return sector[510] == 0x55 && sector[511] == 0xaa && (512...4_096).contains(bytesPerSector)
            && bytesPerSector.nonzeroBitCount == 1 && sector[13].nonzeroBitCount == 1 && (1...2).contains(sector[16])
            && sector.littleEndian(UInt16.self, at: 14) > 0
    }
}
