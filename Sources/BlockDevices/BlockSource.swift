package import Buffers

/// Size and sectors of a disk, in bytes.
package struct DiskGeometry: Hashable, Sendable {
    package var sizeInBytes: UInt64
    package var logicalSectorSize: Int
    package var physicalSectorSize: Int

    package init(sizeInBytes: UInt64, logicalSectorSize: Int = 512, physicalSectorSize: Int = 512) {
        self.sizeInBytes = sizeInBytes
        self.logicalSectorSize = logicalSectorSize
        self.physicalSectorSize = physicalSectorSize
    }
}

/// A disk that can be read: a raw image, a block device, or an image format behind NBD.
///
/// Calls block, may come from several threads at once, and retry `EINTR` themselves.
package protocol BlockSource: AnyObject, Sendable {
    /// The path or address, as the operator gave it.
    var name: String { get }
    var geometry: DiskGeometry { get }

    /// Fills the whole slice from `offset`. A range that leaves the disk throws `outOfBounds`; a short or failed
    /// read throws `inputOutput`. The slice's content is unspecified after an error.
    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError)

    /// The first part of `range` that may hold anything but zeros (`SEEK_DATA`, NBD block status), or nil when
    /// the whole range is known to read as zeros. A medium that cannot tell answers `range`.
    func nextData(in range: Range<UInt64>) throws(BlockDeviceError) -> Range<UInt64>?
}

/// A disk that may be written. Made only from a path whose identity the operator confirmed (Recovery).
package protocol BlockTarget: BlockSource {
    /// Writes the whole slice at `offset`.
    func write(_ slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError)

    /// Makes `range` read back as zeros, by the cheapest way the medium proves (hole, `BLKZEROOUT`, writing).
    func zero(_ range: Range<UInt64>) throws(BlockDeviceError)

    /// Makes everything written so far durable (`fsync`), then drops cached pages of `range` so that the next
    /// read comes from the medium.
    func flush() throws(BlockDeviceError)
    func forgetCache(of range: Range<UInt64>)
}
