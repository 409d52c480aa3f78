/// What becomes of one partition on a smaller disk. Sizes and places in bytes.
package struct PartitionFit: Codable, Hashable, Sendable {
    package enum Change: String, Codable, Sendable {
        case kept, moved, shrunk
        case shrunkAndMoved = "shrunk, moved"
        case recreated = "made anew"
    }

    package var number: Int
    /// "ext4", "swap", "vfat", …
    package var content: String
    package var oldStart: UInt64
    package var oldSize: UInt64
    package var newStart: UInt64
    package var newSize: UInt64
    package var change: Change

    /// For the report.
    var reason: String {
        "partition \(number) (\(content)): \(change.rawValue), \(oldSize) bytes at \(oldStart) became \(newSize) at \(newStart)"
    }
}
