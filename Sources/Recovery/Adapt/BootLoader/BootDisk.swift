/// A restored disk with its partition table.
package struct BootDisk: Sendable {
    /// Its number in `TargetMachine.disks`.
    package let number: Int
    package let reader: DiskReader
    package let table: any BootPartitionTable

    package var path: String { reader.path }

    /// nil when the disk has no partition table: it is no disk to start from that anybody here could change.
    package init?(_ number: Int, _ disk: TargetMachine.Disk) throws(RecoveryError) {
        let reader = DiskReader(disk)
        if let table = try GPTTable(reader) {
            self.table = table
        } else if let table = try MBRTable(reader) {
            self.table = table
        } else {
            return nil
        }
        self.number = number
        self.reader = reader
    }

    func name(_ partition: BootPartition) -> String { "partition \(partition.number) of \(path)" }

    func offset(_ partition: BootPartition) -> UInt64 { partition.blocks.lowerBound * table.sectorSize }
}
