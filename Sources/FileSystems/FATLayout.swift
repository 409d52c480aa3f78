/// Where the parts of a FAT volume lie, from its boot sector, every number checked.
struct FATLayout {
    /// Number of tables, and bytes of each.
    let tables: UInt64
    let tableSize: UInt64
    let tableOffset: UInt64
    /// Where cluster 2 begins.
    let dataOffset: UInt64
    let clusterSize: UInt64
    let clusters: UInt64
    /// Bytes of a table's entry: 2 for FAT16, 4 for FAT32.
    let entrySize: UInt64

    init(_ boot: [UInt8], volumeSize: UInt64) throws(FileSystemError) {
        let sector = UInt64(boot.uint16(at: 11))
        let perCluster = UInt64(boot[13])
        let reserved = UInt64(boot.uint16(at: 14))
        tables = UInt64(boot[16])
        let rootEntries = UInt64(boot.uint16(at: 17))
        let sectors16 = UInt64(boot.uint16(at: 19))
        let sectors = sectors16 != 0 ? sectors16 : UInt64(boot.uint32(at: 32))
        let table16 = UInt64(boot.uint16(at: 22))
        let table = table16 != 0 ? table16 : UInt64(boot.uint32(at: 36))
        guard boot[510] == 0x55, boot[511] == 0xAA, [512, 1024, 2048, 4096].contains(sector),
            perCluster > 0, perCluster & (perCluster - 1) == 0, reserved > 0, (1...2).contains(tables), table > 0
        else { throw FileSystemError(.damaged, "its boot sector is not that of a FAT volume") }
        let data = reserved + tables * table + (rootEntries * 32 + sector - 1) / sector
        guard sectors > data, sectors <= volumeSize / sector else {
            throw FileSystemError(.damaged, "its boot sector gives sizes that do not fit the volume")
        }
        clusters = (sectors - data) / perCluster
        // The number of clusters alone tells the variant (section "FAT Type Determination").
        guard clusters >= 4085 else { throw FileSystemError(.unsupported, "it is FAT12") }
        entrySize = clusters < 65525 ? 2 : 4
        // Bit 0 of this byte is Windows' and Linux's mark of a mounted volume, bit 1 of one with errors.
        guard boot[entrySize == 2 ? 37 : 65] & 3 == 0 else {
            throw FileSystemError(.notClean, "it was not unmounted cleanly")
        }
        guard entrySize == 2 || (rootEntries == 0 && table16 == 0 && boot.uint16(at: 40) & 0x80 == 0) else {
            throw FileSystemError(.unsupported, "its tables are not mirrored")
        }
        tableSize = table * sector
        guard (clusters + 2) * entrySize <= tableSize else {
            throw FileSystemError(.damaged, "its table is too short for its clusters")
        }
        tableOffset = reserved * sector
        dataOffset = data * sector
        clusterSize = perCluster * sector
    }
}
