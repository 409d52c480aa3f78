package import BlockDevices

/// One disk as it was captured.
package struct DiskDescription: Codable, Hashable, Sendable {
    package struct Table: Codable, Hashable, Sendable {
        /// "gpt" or "dos".
        package var kind: String
        package var identifier: String?

        package init(kind: String, identifier: String? = nil) {
            self.kind = kind
            self.identifier = identifier
        }
    }

    /// Its number in the timeline: 0, 1, …
    package var number: Int
    /// The path or address it was captured from.
    package var path: String
    package var identity: DiskIdentity
    package var sizeInBytes: UInt64
    package var logicalSectorSize: Int
    package var physicalSectorSize: Int
    package var partitionTable: Table?
    package var partitions: [PartitionDescription]
    /// Of the disk as a whole. More than one: they contradict each other.
    package var signatures: [SignatureDescription]

    package init(
        number: Int, path: String, identity: DiskIdentity = DiskIdentity(), sizeInBytes: UInt64,
        logicalSectorSize: Int = 512, physicalSectorSize: Int = 512, partitionTable: Table? = nil,
        partitions: [PartitionDescription] = [], signatures: [SignatureDescription] = []
    ) {
        self.number = number
        self.path = path
        self.identity = identity
        self.sizeInBytes = sizeInBytes
        self.logicalSectorSize = logicalSectorSize
        self.physicalSectorSize = physicalSectorSize
        self.partitionTable = partitionTable
        self.partitions = partitions
        self.signatures = signatures
    }

    /// Looks at a disk that is open: libblkid for its content, sysfs for its identity when it is a block device.
    /// Throws when the disk cannot be read.
    package static func describe(
        source: any BlockSource, number: Int
    ) throws(BlockDeviceError) -> DiskDescription {
        let contents = try Probe.contents(of: source)
        return DiskDescription(
            number: number, path: source.name,
            identity: BlockNode(path: source.name).map { DiskIdentity(of: $0) } ?? DiskIdentity(),
            sizeInBytes: source.geometry.sizeInBytes, logicalSectorSize: source.geometry.logicalSectorSize,
            physicalSectorSize: source.geometry.physicalSectorSize,
            partitionTable: contents.table.map { Table(kind: $0.kind, identifier: $0.identifier) },
            partitions: contents.partitions.map { PartitionDescription($0) },
            signatures: contents.signatures.all.map { SignatureDescription($0) })
    }
}
