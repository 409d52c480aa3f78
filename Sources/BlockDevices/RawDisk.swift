package import Buffers
internal import LinuxSystem
internal import Synchronization

/// A raw image (regular file) or a block device, opened for reading or as a target.
///
/// Block devices are opened with `O_EXCL`, which the kernel grants to one holder only, so that nobody mounts or
/// assembles them meanwhile, and with `O_DIRECT`, so that a restore does not push everything else out of memory.
/// Image files go through the page cache as sources, and past it as targets where their file system offers that
/// (`DirectFile`). Calls may come from several threads; two calls must not write the same bytes.
package final class RawDisk: BlockTarget {
    package enum Medium: Sendable { case file, blockDevice }

    package let name: String
    package let geometry: DiskGeometry
    package let medium: Medium
    package let isWritable: Bool

    let descriptor: FileDescriptor
    /// For targets that are files.
    let direct: DirectFile?
    /// Orders read-modify-write cycles, which touch bytes of neighbouring requests.
    let unalignedWrites = Mutex<Void>(())
    let cheapZeroing = Atomic<Bool>(true)
    let zeroOut = Atomic<Bool>(true)
    let unflushed = Atomic<Int>(0)

    init(
        name: String, geometry: DiskGeometry, medium: Medium, isWritable: Bool, descriptor: consuming FileDescriptor,
        direct: DirectFile? = nil
    ) {
        self.name = name
        self.geometry = geometry
        self.medium = medium
        self.isWritable = isWritable
        self.descriptor = descriptor
        self.direct = direct
    }

    package func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        try check(offset, slice.count, "read")
        do {
            if let direct, try direct.read(into: slice, at: offset) { return }
            if isAligned(slice, at: offset) {
                try descriptor.readFully(into: slice, at: offset)
            } else {
                try readUnaligned(into: slice, at: offset)
            }
        } catch {
            throw BlockDeviceError("Cannot read \(slice.count) bytes at \(offset) of \(name)", error)
        }
    }

    package func nextData(in range: Range<UInt64>) throws(BlockDeviceError) -> Range<UInt64>? {
        guard !range.isEmpty else { return nil }
        guard medium == .file else { return range }
        do {
            guard let start = try descriptor.seekData(from: range.lowerBound), start < range.upperBound else {
                return nil
            }
            let end = try descriptor.seekHole(from: start)
            // Outward to whole blocks: what lies between is zeros, and readers work in blocks.
            return max(range.lowerBound, start / 4096 * 4096)..<min(range.upperBound, (end + 4095) / 4096 * 4096)
        } catch let error where error.isUnsupported {
            return range
        } catch {
            throw BlockDeviceError("Cannot look for data in \(name)", error)
        }
    }

    package func write(_ slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        precondition(isWritable, "\(name) was opened as a source")
        try check(offset, slice.count, "write")
        do {
            if let direct, try direct.write(slice, at: offset) { return }
            if isAligned(slice, at: offset) {
                try descriptor.write(slice, at: offset)
            } else {
                try writeUnaligned(slice, at: offset)
            }
            if medium == .file { try startWriteback(after: slice.count) }
        } catch {
            throw BlockDeviceError("Cannot write \(slice.count) bytes at \(offset) of \(name)", error)
        }
    }

    package func flush() throws(BlockDeviceError) {
        do {
            try descriptor.synchronize()
        } catch {
            throw BlockDeviceError(
                "Cannot make what was written to \(name) durable", error, hint: "Its content is not to be trusted.")
        }
    }

    /// Tells the kernel to read the partition table again, after a restore; says whether it did. Not for files, nor for
    /// devices without partitions.
    package func rereadPartitionTable() throws(BlockDeviceError) -> Bool {
        guard medium == .blockDevice else { return false }
        do {
            try descriptor.rereadPartitionTable()
            return true
        } catch let error where error.isUnsupported {
            return false
        } catch {
            throw BlockDeviceError("Cannot make the kernel read the partition table of \(name) again", error)
        }
    }

    /// Nothing to do for block devices: direct reads do not come from the cache, and direct writes leave no stale pages.
    package func forgetCache(of range: Range<UInt64>) {
        guard medium == .file else { return }
        // Advice only: where the kernel refuses it, the next read is still correct, only perhaps from memory.
        try? descriptor.adviseNotNeeded(range)
    }

    private func check(_ offset: UInt64, _ count: Int, _ verb: String) throws(BlockDeviceError) {
        guard offset <= geometry.sizeInBytes, UInt64(count) <= geometry.sizeInBytes - offset else {
            throw BlockDeviceError(
                .outOfBounds,
                "Cannot \(verb) \(count) bytes at \(offset) of \(name): it holds \(geometry.sizeInBytes) bytes.")
        }
    }

    /// Starts writing back now and then, so that the final `flush` does not stall for minutes over a full page cache.
    private func startWriteback(after count: Int) throws(SystemCallError) {
        let interval = 8 << 20  // a fraction of a second of any disk, and few calls
        guard unflushed.add(count, ordering: .relaxed).newValue >= interval else { return }
        unflushed.store(0, ordering: .relaxed)
        do {
            try descriptor.startWriteback(0..<geometry.sizeInBytes)
        } catch let error where error.isUnsupported {
            // The file system cannot; flush does all of it.
        }
    }
}
