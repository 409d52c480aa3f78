/// A run of bytes that may hold a file system: a partition, a logical volume, or a whole disk.
package struct Volume: Sendable {
    /// Bytes of the volume that lie one after the other on one disk.
    package struct Run: Hashable, Sendable {
        package var volumeOffset: UInt64
        /// Index into the list of disks that the volumes were found on.
        package var disk: Int
        package var diskOffset: UInt64
        package var length: UInt64

        package init(volumeOffset: UInt64, disk: Int = 0, diskOffset: UInt64, length: UInt64) {
            self.volumeOffset = volumeOffset
            self.disk = disk
            self.diskOffset = diskOffset
            self.length = length
        }

        /// Where the run lies on its disk.
        package var diskRange: Range<UInt64> { diskOffset..<diskOffset + length }
        /// Which bytes of the volume it holds.
        package var volumeRange: Range<UInt64> { volumeOffset..<volumeOffset + length }
    }

    package enum Content: Hashable, Sendable {
        /// A file system (or swap) by libblkid's name of its type: `ext4`, `xfs`, `ntfs`, `vfat`, `swap`, …
        case fileSystem(String)
        /// Physical extents that no logical volume of a complete volume group uses: free, all of them.
        case unallocated
        /// Must be captured whole; says why.
        case opaque(String)
    }

    /// For notes: "partition 3", "logical volume vg0/root".
    package var description: String
    package var content: Content
    /// "vg0/root" for a logical volume itself; nil for everything else.
    package var logicalName: String?
    /// Sorted by `volumeOffset`. The runs of a file system leave no gap.
    package var runs: [Run]

    package init(description: String, content: Content, runs: [Run], logicalName: String? = nil) {
        self.description = description
        self.content = content
        self.runs = runs
        self.logicalName = logicalName
    }

    package var sizeInBytes: UInt64 { runs.last?.volumeRange.upperBound ?? 0 }
}
