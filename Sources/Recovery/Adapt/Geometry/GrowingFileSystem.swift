internal import Buffers

/// A file system that can be made larger, and how large its superblock says that it is.
package enum GrowingFileSystem: String, Hashable, Sendable {
    case ext2, ext3, ext4, xfs, btrfs

    /// The program that makes it larger.
    var program: String {
        switch self {
        case .ext2, .ext3, .ext4: "resize2fs"
        case .xfs: "xfs_growfs"
        case .btrfs: "btrfs filesystem resize"
        }
    }

    /// The program that checks it. Of ext it mends what asks nothing, as at every start.
    var checker: String {
        switch self {
        case .ext2, .ext3, .ext4: "e2fsck -f -p"
        case .xfs: "xfs_repair -n"
        case .btrfs: "btrfs check"
        }
    }

    /// The file system that begins at `offset`, by its superblock: its size in bytes, of btrfs the part on this device.
    /// nil when the superblock is not one.
    func size(_ reader: DiskReader, at offset: UInt64) throws(RecoveryError) -> UInt64? {
        switch self {
        case .ext2, .ext3, .ext4: Self.ext(try reader.bytes(at: offset + 1_024, count: 1_024))
        case .xfs: Self.xfs(try reader.bytes(at: offset, count: 512))
        case .btrfs: Self.btrfs(try reader.bytes(at: offset + 65_536, count: 4_096))?.size
        }
    }

    /// Bytes of a block of ext, by its superblock of 1024 bytes; nil when it is none.
    static func extBlockSize(_ block: [UInt8]) -> UInt64? {
        let shift = block.littleEndian(UInt32.self, at: 24)
        return block.littleEndian(UInt16.self, at: 56) == 0xef53 && shift <= 6 ? 1_024 << UInt64(shift) : nil
    }

    /// `struct ext4_super_block` of the kernel's documentation: s_blocks_count, s_log_block_size, INCOMPAT_64BIT.
    private static func ext(_ block: [UInt8]) -> UInt64? {
        guard let size = extBlockSize(block) else { return nil }
        var count = UInt64(block.littleEndian(UInt32.self, at: 4))
        if block.littleEndian(UInt32.self, at: 96) & 0x80 != 0 {
            count |= UInt64(block.littleEndian(UInt32.self, at: 0x150)) << 32
        }
        return product(count, size)
    }

    /// `struct xfs_dsb`: sb_blocksize and sb_dblocks, most significant byte first.
    private static func xfs(_ block: [UInt8]) -> UInt64? {
        guard block.starts(with: Array("XFSB".utf8)) else { return nil }
        return product(
            block.littleEndian(UInt64.self, at: 8).byteSwapped,
            UInt64(block.littleEndian(UInt32.self, at: 4).byteSwapped))
    }

    /// `struct btrfs_super_block`: devid and total_bytes of its dev_item.
    static func btrfs(_ block: [UInt8]) -> (device: UInt64, size: UInt64)? {
        guard block[0x40..<0x48].elementsEqual("_BHRfS_M".utf8) else { return nil }
        return (block.littleEndian(UInt64.self, at: 0xc9), block.littleEndian(UInt64.self, at: 0xd1))
    }

    private static func product(_ count: UInt64, _ size: UInt64) -> UInt64? {
        let (result, overflow) = count.multipliedReportingOverflow(by: size)
        return overflow ? nil : result
    }
}
