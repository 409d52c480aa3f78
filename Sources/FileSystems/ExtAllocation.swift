internal import CExt2fs
internal import Glibc

/// Free space of ext2, ext3 and ext4, by libext2fs.
enum ExtAllocation {
    /// Free ranges in bytes of the volume, sorted.
    ///
    /// Throws `notClean` when the journal needs recovery, errors are flagged, the file system was not unmounted
    /// or has orphans; `unsupported` for a feature that libext2fs does not know.
    static func free(in reader: VolumeReader) throws(FileSystemError) -> [Range<UInt64>] {
        let channel = ExtChannel(reader)
        return try channel.withFileSystem { (fileSystem) throws(FileSystemError) in
            guard let superblock = fileSystem.pointee.super else {
                throw FileSystemError(.damaged, "libext2fs gives no superblock")
            }
            try checkClean(superblock)
            let blockSize = UInt64(fileSystem.pointee.blocksize)
            let blocks = ext2fs_blocks_count(superblock)
            guard blocks > 0, blocks <= reader.sizeInBytes / blockSize else {
                throw FileSystemError(
                    .damaged, "it has \(blocks) blocks of \(blockSize) bytes, more than the volume holds")
            }
            try checkFirstBlock(superblock)
            let status = ext2fs_read_block_bitmap(fileSystem)
            guard status == 0, let bitmap = fileSystem.pointee.block_map else {
                throw channel.error(status, "its block bitmaps cannot be read")
            }
            let first = UInt64(superblock.pointee.s_first_data_block)
            return try freeRuns(bitmap, from: first, to: blocks - 1, channel)
                .map { $0.lowerBound * blockSize..<$0.upperBound * blockSize }
        }
    }

    private static func checkClean(_ superblock: UnsafeMutablePointer<ext2_super_block>) throws(FileSystemError) {
        let state = Int32(superblock.pointee.s_state)
        if ext2fs_has_feature_journal_needs_recovery(superblock) != 0 {
            throw FileSystemError(.notClean, "its journal needs recovery (it was in use)")
        }
        if ext2fs_has_feature_journal_dev(superblock) != 0 {
            throw FileSystemError(.unsupported, "it is the journal of another file system")
        }
        if state & EXT2_ERROR_FS != 0 { throw FileSystemError(.notClean, "it is flagged with errors") }
        if state & EXT2_VALID_FS == 0 { throw FileSystemError(.notClean, "it was not unmounted cleanly") }
        if superblock.pointee.s_last_orphan != 0 || ext2fs_has_feature_orphan_present(superblock) != 0 {
            throw FileSystemError(.notClean, "it has files that were deleted while in use")
        }
    }

    /// The first data block is 1 where blocks and clusters have 1 KiB, else 0 (e2fsck, `check_super_block`).
    ///
    /// `ext2fs_read_block_bitmap` of libext2fs 1.47 trusts it as an offset into its bitmap and writes beyond the end of that.
    private static func checkFirstBlock(_ superblock: UnsafeMutablePointer<ext2_super_block>) throws(FileSystemError) {
        let smallest = superblock.pointee.s_log_block_size == 0 && superblock.pointee.s_log_cluster_size == 0
        let expected: UInt32 = smallest ? 1 : 0
        guard superblock.pointee.s_first_data_block == expected else {
            throw FileSystemError(
                .damaged, "its first data block is \(superblock.pointee.s_first_data_block) instead of \(expected)")
        }
    }

    /// The runs of zero bits between two blocks, both included.
    private static func freeRuns(
        _ bitmap: ext2fs_block_bitmap, from first: UInt64, to last: UInt64, _ channel: ExtChannel
    ) throws(FileSystemError) -> [Range<UInt64>] {
        var runs: [Range<UInt64>] = []
        var position = first
        while position <= last {
            var start: UInt64 = 0
            let status = ext2fs_find_first_zero_block_bitmap2(bitmap, position, last, &start)
            if status == errcode_t(ENOENT) { break }
            guard status == 0, start >= position else { throw channel.error(status, "its bitmap cannot be searched") }
            var end: UInt64 = 0
            let found = ext2fs_find_first_set_block_bitmap2(bitmap, start, last, &end)
            if found == errcode_t(ENOENT) {
                end = last + 1
            } else if found != 0 || end <= start {
                throw channel.error(found, "its bitmap cannot be searched")
            }
            runs.append(start..<end)
            position = end
        }
        return runs
    }
}
