/// Free space of FAT16 and FAT32, from the file allocation table itself.
///
/// Layout: Microsoft, "FAT: General Overview of On-Disk Format" 1.03. Clusters whose entry is 0 are free.
enum FATAllocation {
    /// A FAT32 table holds at most 2^28 entries of 4 bytes.
    private static let largestTable: UInt64 = 1 << 30

    /// Throws `notClean` for a volume that was not unmounted or whose tables differ, `unsupported` for FAT12.
    static func free(in reader: VolumeReader) throws(FileSystemError) -> [Range<UInt64>] {
        let layout = try FATLayout(try reader.bytes(512, at: 0), volumeSize: reader.sizeInBytes)
        var scan = FATScan(layout)
        var offset: UInt64 = 0
        let length = (layout.clusters + 2) * layout.entrySize
        guard length <= largestTable else { throw FileSystemError(.damaged, "its table is too long") }
        while offset < length {
            let count = Int(min(64 * 1024, length - offset))
            let table = try reader.bytes(count, at: layout.tableOffset + offset)
            for copy in 1..<max(1, layout.tables) {
                let other = try reader.bytes(count, at: layout.tableOffset + copy * layout.tableSize + offset)
                guard other == table else {
                    throw FileSystemError(.notClean, "its file allocation tables differ")
                }
            }
            try scan.take(table)
            offset += UInt64(count)
        }
        return scan.finish()
    }
}
