/// The fields of an XFS superblock that tell where its blocks lie (xfs_fs.h, `xfs_dsb`; big-endian), checked.
struct XFSSuperblock {
    let blockSize: UInt64
    let blocks: UInt64
    let groupBlocks: UInt64
    let groups: UInt64

    init(_ bytes: [UInt8], volumeSize: UInt64) throws(FileSystemError) {
        guard bytes.holds("XFSB", at: 0) else { throw FileSystemError(.damaged, "it has no XFS superblock") }
        blockSize = Self.number(bytes, 4, 4)
        blocks = Self.number(bytes, 8, 8)
        groupBlocks = Self.number(bytes, 84, 4)
        groups = Self.number(bytes, 88, 4)
        guard blockSize.nonzeroBitCount == 1, (512...65536).contains(blockSize), groupBlocks > 0, groups > 0,
            blocks <= volumeSize / blockSize, blocks > (groups - 1) * groupBlocks, blocks <= groups * groupBlocks
        else { throw FileSystemError(.damaged, "its superblock gives sizes that do not fit the volume") }
        guard Self.number(bytes, 126, 1) == 0 else { throw FileSystemError(.notClean, "mkfs.xfs did not finish") }
        guard Self.number(bytes, 48, 8) != 0, Self.number(bytes, 16, 8) == 0 else {
            throw FileSystemError(.unsupported, "its log or real-time data lies on another device")
        }
        let needsRepair: UInt64 = 1 << 4
        let isVersion5 = Self.number(bytes, 100, 2) & 0xF == 5
        guard !isVersion5 || Self.number(bytes, 216, 4) & needsRepair == 0 else {
            throw FileSystemError(.notClean, "it is marked as needing repair")
        }
    }

    /// Bytes of the volume that some blocks of an allocation group are, or nil where there are no such blocks.
    func range(group: UInt64, block: UInt64, count: UInt64) -> Range<UInt64>? {
        guard group < groups, block < groupBlocks, count > 0, count <= groupBlocks - block else { return nil }
        let first = group * groupBlocks + block
        guard first + count <= blocks else { return nil }
        return first * blockSize..<(first + count) * blockSize
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
        bytes[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
