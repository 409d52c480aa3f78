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

    /// All of a machine's disks that have a partition table, and what is damaged of others: that is said and left alone, for
    /// the rest may start.
    static func all(of machine: TargetMachine) throws(RecoveryError) -> (disks: [BootDisk], damaged: [String]) {
        var disks: [BootDisk] = []
        var damaged: [String] = []
        for (number, disk) in machine.disks.enumerated() {
            do {
                if let found = try BootDisk(number, disk) { disks.append(found) }
            } catch let error where error.message.contains("GPT") {
                damaged.append(error.message)
            }
        }
        return (disks, damaged)
    }

    func name(_ partition: BootPartition) -> String { "partition \(partition.number) of \(path)" }

    func offset(_ partition: BootPartition) -> UInt64 { partition.blocks.lowerBound * table.sectorSize }
}
