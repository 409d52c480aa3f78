internal import CLinuxShim

/// The requests of `ioctl(2)` for block devices; all throw `ENOTTY` (`isUnsupported`) on anything else.
extension FileDescriptor {
    /// `BLKGETSIZE64`.
    package func blockDeviceSize() throws(SystemCallError) -> UInt64 {
        var size: UInt64 = 0
        _ = try kernel("ioctl BLKGETSIZE64", path) { linux_block_size_in_bytes(number, &size) }
        return size
    }

    /// `BLKSSZGET`.
    package func logicalSectorSize() throws(SystemCallError) -> Int {
        Int(try kernel("ioctl BLKSSZGET", path) { linux_block_logical_sector_size(number) })
    }

    /// `BLKPBSZGET`.
    package func physicalSectorSize() throws(SystemCallError) -> Int {
        Int(try kernel("ioctl BLKPBSZGET", path) { linux_block_physical_sector_size(number) })
    }

    /// `BLKROGET`: the device or its medium refuses writes.
    package func isReadOnlyDevice() throws(SystemCallError) -> Bool {
        try kernel("ioctl BLKROGET", path) { linux_block_is_read_only(number) } != 0
    }

    /// `BLKZEROOUT`: the range reads as zeros afterwards, whatever the device does for it. Bounds are multiples of
    /// the logical sector size. Blocks until done: callers cut long ranges into pieces.
    package func zeroOut(_ range: Range<UInt64>) throws(SystemCallError) {
        _ = try kernel("ioctl BLKZEROOUT", path) { linux_block_zero(number, range.lowerBound, range.length) }
    }

    /// `BLKDISCARD`: tells the device that the range is not needed. What it reads as afterwards is NOT defined.
    package func discard(_ range: Range<UInt64>) throws(SystemCallError) {
        _ = try kernel("ioctl BLKDISCARD", path) { linux_block_discard(number, range.lowerBound, range.length) }
    }

    /// `BLKRRPART`: the kernel reads the partition table again; `EBUSY` while a partition is in use.
    package func rereadPartitionTable() throws(SystemCallError) {
        _ = try kernel("ioctl BLKRRPART", path) { linux_block_reread_partitions(number) }
    }

    /// `BLKFLSBUF`: writes back and drops the kernel's buffers of this device.
    package func flushBuffers() throws(SystemCallError) {
        _ = try kernel("ioctl BLKFLSBUF", path) { linux_block_flush_buffers(number) }
    }

    /// `NVME_IOCTL_ADMIN_CMD`: the health log of an NVMe disk, 512 bytes.
    package func nvmeHealthLog() throws(SystemCallError) -> [UInt8] {
        var log = [UInt8](repeating: 0, count: 512)
        _ = try kernel("ioctl NVME_IOCTL_ADMIN_CMD", path) { linux_nvme_health(number, &log) }
        return log
    }

    /// `SG_IO` with SMART RETURN STATUS: what an ATA disk leaves in its LBA registers.
    package func ataHealthRegisters() throws(SystemCallError) -> (middle: UInt8, high: UInt8) {
        let registers = try kernel("ioctl SG_IO", path) { linux_ata_health(number) }
        return (UInt8(registers >> 8 & 0xff), UInt8(registers & 0xff))
    }
}
