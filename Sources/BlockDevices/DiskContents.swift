/// What libblkid finds on a disk: its partition table, and signatures on the whole disk and in each partition.
package struct DiskContents: Hashable, Sendable {
    package struct Table: Hashable, Sendable {
        /// "gpt", "dos", or another of libblkid's names.
        package var kind: String
        /// Disk GUID, or the eight hex digits of an MBR; nil where the table has none.
        package var identifier: String?

        package init(kind: String, identifier: String?) {
            self.kind = kind
            self.identifier = identifier
        }
    }

    package struct Partition: Hashable, Sendable {
        /// As in "sda3".
        package var number: Int
        package var startInBytes: UInt64
        package var sizeInBytes: UInt64
        /// GPT: type GUID in lower case. MBR: "0x83".
        package var type: String
        package var name: String?
        package var uuid: String?
        /// GPT: attributes. MBR: 0x80 when active.
        package var flags: UInt64
        /// An MBR container of logical partitions; holds no file system.
        package var isExtended: Bool
        package var signatures: Signatures

        package init(
            number: Int, startInBytes: UInt64, sizeInBytes: UInt64, type: String, name: String? = nil,
            uuid: String? = nil, flags: UInt64 = 0, isExtended: Bool = false, signatures: Signatures = .none
        ) {
            self.number = number
            self.startInBytes = startInBytes
            self.sizeInBytes = sizeInBytes
            self.type = type
            self.name = name
            self.uuid = uuid
            self.flags = flags
            self.isExtended = isExtended
            self.signatures = signatures
        }

        package var range: Range<UInt64> { startInBytes..<startInBytes + sizeInBytes }
    }

    package var table: Table?
    package var partitions: [Partition]
    /// Of the disk as a whole: a file system, LVM or LUKS without partitions.
    package var signatures: Signatures

    package init(table: Table? = nil, partitions: [Partition] = [], signatures: Signatures = .none) {
        self.table = table
        self.partitions = partitions
        self.signatures = signatures
    }

    package var isEmpty: Bool { table == nil && signatures == .none }
}
