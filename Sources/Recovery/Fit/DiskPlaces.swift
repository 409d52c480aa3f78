/// Where a partition, or a logical volume in one, lies on its disk. In bytes.
struct DiskPlaces: Hashable, Sendable {
    /// Of the disk, in the order of what lies there.
    let ranges: [Range<UInt64>]
    let sizeInBytes: UInt64
    /// Where each range begins in the partition or volume.
    private let starts: [UInt64]

    init(_ ranges: [Range<UInt64>]) {
        self.ranges = ranges
        var starts: [UInt64] = []
        var size: UInt64 = 0
        for range in ranges {
            starts.append(size)
            size += range.upperBound - range.lowerBound
        }
        self.starts = starts
        sizeInBytes = size
    }

    /// Calls `body` with each piece of a range of the partition or volume, and where on the disk it begins.
    func eachPiece<Failure: Error>(
        of wanted: Range<UInt64>, _ body: (Range<UInt64>, UInt64) throws(Failure) -> Void
    ) throws(Failure) {
        for (range, start) in zip(ranges, starts) {
            let piece = (start..<start + (range.upperBound - range.lowerBound)).clamped(to: wanted)
            if !piece.isEmpty { try body(piece, range.lowerBound + (piece.lowerBound - start)) }
        }
    }
}
