package import BlockDevices

/// Something that a system knows a disk by, or what is on it: whatever has it, is taken for it.
package struct DiskMark: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Disk GUID of a GPT, or the number in an MBR.
        case table(String)
        case partition
        /// With libblkid's name of the type; swap too.
        case fileSystem(String)
        case container
        case physicalVolume
        /// By name: two groups of one name hide each other, whatever their UUIDs.
        case volumeGroup
        case array
    }

    package var kind: Kind
    /// In lower case, but for the name of a volume group.
    package var value: String
    /// The partition that it is in or of; nil for the disk itself.
    package var partition: Int?

    package init(_ kind: Kind, _ value: String, partition: Int? = nil) {
        self.kind = kind
        self.value = kind == .volumeGroup ? value : value.lowercased()
        self.partition = partition
    }

    /// Whether both would be taken for each other.
    func isSame(as other: DiskMark) -> Bool { kind == other.kind && value == other.value }

    /// "ext4 0b3c… (partition 2)".
    var text: String {
        let place = partition.map { " (partition \($0))" } ?? ""
        switch kind {
        case .table(let table): return "\(table == "gpt" ? "disk GUID" : "disk number") \(value)"
        case .partition: return "partition \(partition ?? 0) (\(value))"
        case .fileSystem(let type): return "\(type) \(value)\(place)"
        case .container: return "LUKS container \(value)\(place)"
        case .physicalVolume: return "LVM physical volume \(value)\(place)"
        case .volumeGroup: return "volume group \(value)\(place)"
        case .array: return "member of array \(value)\(place)"
        }
    }
}

extension DiskMark {
    /// All marks of a disk that is here.
    package static func all(of contents: DiskContents) -> [DiskMark] {
        all(
            contents.table.map { ($0.kind, $0.identifier) }, contents.signatures.all.map { SignatureDescription($0) },
            contents.partitions.map { PartitionDescription($0) })
    }

    /// All marks of a disk as it was captured.
    package static func all(of disk: DiskDescription) -> [DiskMark] {
        all(disk.partitionTable.map { ($0.kind, $0.identifier) }, disk.signatures, disk.partitions)
    }

    private static func all(
        _ table: (kind: String, identifier: String?)?, _ whole: [SignatureDescription],
        _ partitions: [PartitionDescription]
    ) -> [DiskMark] {
        var found: [DiskMark] = []
        if let table, let identifier = table.identifier { found.append(DiskMark(.table(table.kind), identifier)) }
        found += whole.compactMap { mark($0, nil) }
        for partition in partitions {
            if let uuid = partition.uuid { found.append(DiskMark(.partition, uuid, partition: partition.number)) }
            found += partition.signatures.compactMap { mark($0, partition.number) }
        }
        // A number that nobody gave names nothing.
        return found.filter { $0.value.contains { !"0-".contains($0) } }
    }

    private static func mark(_ signature: SignatureDescription, _ partition: Int?) -> DiskMark? {
        guard let uuid = signature.uuid else { return nil }
        let kind: Kind =
            switch signature.type {
            case "crypto_LUKS": .container
            case "LVM2_member": .physicalVolume
            case "linux_raid_member": .array
            default: .fileSystem(signature.type)
            }
        return DiskMark(kind, uuid, partition: partition)
    }
}
