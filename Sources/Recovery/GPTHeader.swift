internal import Buffers
internal import Digests

/// The header of a GUID partition table (UEFI specification, section 5.3.2), checked field by field.
package struct GPTHeader {
    /// Offsets of the fields that are changed.
    enum Field {
        static let checksum = 16
        static let own = 24
        static let alternate = 32
        static let lastUsable = 48
        static let entries = 72
        static let entriesChecksum = 88
    }

    /// A table above this is not believed; 128 entries of 128 bytes are what everybody writes.
    package static let entriesLimit: UInt64 = 64 << 10

    /// The whole sector.
    private(set) var bytes: [UInt8]
    private let headerSize: Int

    /// nil when the sector holds no header at all, or one whose checksum or sizes are wrong.
    package init?(sector: [UInt8]) {
        bytes = sector
        guard Self.hasSignature(sector), sector.count >= 512 else { return nil }
        let size = sector.littleEndian(UInt32.self, at: 12)
        guard size >= 92, size <= UInt32(sector.count) else { return nil }
        headerSize = Int(size)
        guard Self.checksum(sector, headerSize) == sector.littleEndian(UInt32.self, at: Field.checksum) else {
            return nil
        }
        guard (128...4_096).contains(entrySize), entrySize % 8 == 0, entryCount > 0,
            UInt64(entrySize) * UInt64(entryCount) <= Self.entriesLimit
        else { return nil }
    }

    /// Of a new table with room for 128 partitions. Where the disk ends is not said yet: `GPTTable.patches` does.
    ///
    /// - Parameter disk: the disk's GUID, as it is stored.
    init?(newWithGUID disk: [UInt8], sectorSize: Int) {
        guard disk.count == 16, sectorSize >= 512 else { return nil }
        var sector = Array("EFI PART".utf8) + [UInt8](repeating: 0, count: sectorSize - 8)
        sector.setLittleEndian(UInt32(0x0001_0000), at: 8)
        sector.setLittleEndian(UInt32(92), at: 12)
        sector.setLittleEndian(UInt64(1), at: Field.own)
        sector.setLittleEndian(UInt64(2 + (128 * 128 + sectorSize - 1) / sectorSize), at: 40)
        sector.replaceSubrange(56..<72, with: disk)
        sector.setLittleEndian(UInt64(2), at: Field.entries)
        sector.setLittleEndian(UInt32(128), at: 80)
        sector.setLittleEndian(UInt32(128), at: 84)
        sector.setLittleEndian(Self.checksum(sector, 92), at: Field.checksum)
        self.init(sector: sector)
    }

    /// "EFI PART".
    static func hasSignature(_ sector: [UInt8]) -> Bool { sector.starts(with: Array("EFI PART".utf8)) }

    var own: UInt64 { bytes.littleEndian(UInt64.self, at: Field.own) }
    var alternate: UInt64 { bytes.littleEndian(UInt64.self, at: Field.alternate) }
    var firstUsable: UInt64 { bytes.littleEndian(UInt64.self, at: 40) }
    var lastUsable: UInt64 { bytes.littleEndian(UInt64.self, at: Field.lastUsable) }
    var entries: UInt64 { bytes.littleEndian(UInt64.self, at: Field.entries) }
    /// The disk's GUID, as it is stored.
    var disk: ArraySlice<UInt8> { bytes[56..<72] }
    var entryCount: UInt32 { bytes.littleEndian(UInt32.self, at: 80) }
    var entrySize: UInt32 { bytes.littleEndian(UInt32.self, at: 84) }
    var entriesChecksum: UInt32 { bytes.littleEndian(UInt32.self, at: Field.entriesChecksum) }
    /// Length of the entries in bytes.
    package var entriesLength: Int { Int(entryCount) * Int(entrySize) }

    /// Sets a block address and renews the checksum.
    mutating func set(_ field: Int, to value: UInt64) {
        bytes.setLittleEndian(value, at: field)
        bytes.setLittleEndian(Self.checksum(bytes, headerSize), at: Field.checksum)
    }

    /// Sets the checksum of the entries and renews the header's own.
    mutating func setEntriesChecksum(_ value: UInt32) {
        bytes.setLittleEndian(value, at: Field.entriesChecksum)
        bytes.setLittleEndian(Self.checksum(bytes, headerSize), at: Field.checksum)
    }

    private static func checksum(_ sector: [UInt8], _ size: Int) -> UInt32 {
        var header = Array(sector[..<size])
        header.setLittleEndian(UInt32(0), at: Field.checksum)
        return CRC32.checksum(header)
    }
}
