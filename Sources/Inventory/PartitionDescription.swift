package import BlockDevices

/// One partition of a captured disk, with what is in it.
package struct PartitionDescription: Codable, Hashable, Sendable {
    package var number: Int
    package var startInBytes: UInt64
    package var sizeInBytes: UInt64
    /// GPT: type GUID in lower case. MBR: "0x83".
    package var type: String
    package var name: String?
    package var uuid: String?
    /// GPT: attributes. MBR: 0x80 when active.
    package var flags: UInt64
    /// More than one: they contradict each other.
    package var signatures: [SignatureDescription]

    package init(
        number: Int, startInBytes: UInt64, sizeInBytes: UInt64, type: String, name: String? = nil, uuid: String? = nil,
        flags: UInt64 = 0, signatures: [SignatureDescription] = []
    ) {
        self.number = number
        self.startInBytes = startInBytes
        self.sizeInBytes = sizeInBytes
        self.type = type
        self.name = name
        self.uuid = uuid
        self.flags = flags
        self.signatures = signatures
    }

    /// In bytes of the disk; a description from outside may name one that ends beyond every disk: then it is empty.
    package var range: Range<UInt64> {
        let end = startInBytes.addingReportingOverflow(sizeInBytes)
        return startInBytes..<max(startInBytes, end.partialValue)
    }

    package init(_ partition: DiskContents.Partition) {
        self.init(
            number: partition.number, startInBytes: partition.startInBytes, sizeInBytes: partition.sizeInBytes,
            type: partition.type, name: partition.name, uuid: partition.uuid, flags: partition.flags,
            signatures: partition.signatures.all.map { SignatureDescription($0) })
    }
}

/// One superblock, with libblkid's names: a file system, or the member of something stacked (LVM2_member with the
/// UUID of the physical volume, linux_raid_member with the UUID of the array, crypto_LUKS).
package struct SignatureDescription: Codable, Hashable, Sendable {
    package var type: String
    /// "filesystem", "raid", "crypto" or "other".
    package var usage: String
    package var uuid: String?
    package var memberUUID: String?
    package var label: String?
    package var version: String?

    package init(
        type: String, usage: String, uuid: String? = nil, memberUUID: String? = nil, label: String? = nil,
        version: String? = nil
    ) {
        self.type = type
        self.usage = usage
        self.uuid = uuid
        self.memberUUID = memberUUID
        self.label = label
        self.version = version
    }

    init(_ superblock: Superblock) {
        self.init(
            type: superblock.type, usage: superblock.usage.rawValue, uuid: superblock.uuid,
            memberUUID: superblock.memberUUID, label: superblock.label, version: superblock.version)
    }
}
