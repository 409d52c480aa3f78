internal import BlockDevices
internal import FileMounts

/// A partition that programs write to before a target is opened, and where each of its bytes comes from.
protocol ChangedPartition: MountedContent, BlockSource {
    /// What made a program's request fail.
    var problem: (any Error)? { get }
    /// All of the first `size` bytes, in order, without gaps.
    func pieces(upTo size: UInt64) -> [PartitionPiece]
}

/// A run of a changed partition.
struct PartitionPiece: Hashable {
    enum Origin: Hashable {
        /// The partition of the moment, from this byte on.
        case moment(UInt64)
        case zeros
        /// The changed partition itself.
        case change
    }

    /// In bytes.
    var range: Range<UInt64>
    var origin: Origin
}
