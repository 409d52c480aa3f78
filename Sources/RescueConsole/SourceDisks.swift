package import Inventory
package import RepositoryFormat

/// The disks of a moment: sizes as the map has them, what they were as the machine description tells.
package enum SourceDisks {
    /// `machine` is only for showing: without it, or where it contradicts the map, the map counts.
    package static func merge(_ records: [DiskRecord], machine: MachineDescription?) -> [DiskDescription] {
        records.map { record in
            let number = Int(record.number)
            let described = machine?.disks.first { $0.number == number && $0.sizeInBytes == record.sizeInBytes }
            var disk = described ?? DiskDescription(number: number, path: "", sizeInBytes: record.sizeInBytes)
            disk.logicalSectorSize = Int(record.logicalSectorSize)
            disk.physicalSectorSize = Int(record.physicalSectorSize)
            return disk
        }
    }
}
