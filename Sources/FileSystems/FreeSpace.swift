/// Bytes of one disk that hold nothing anybody needs: the free space of its file systems.
package struct FreeSpace: Sendable {
    /// Byte ranges of the disk: sorted, disjoint, not touching, bounds multiples of 4096.
    package var ranges: [Range<UInt64>]
    /// One per volume that has bytes on this disk, in the order of the volumes.
    package var notes: [AllocationNote]

    package init(ranges: [Range<UInt64>] = [], notes: [AllocationNote] = []) {
        self.ranges = ranges
        self.notes = notes
    }

    /// The unit of `ranges`, as of the repository's grid (format.md, section 1).
    package static let grid: UInt64 = 4096
}
