/// What becomes of one partition on a smaller disk, or on one that takes several. Sizes and places in bytes.
package struct PartitionFit: Codable, Hashable, Sendable {
    package enum Change: String, Codable, Sendable {
        case kept, moved, shrunk
        case shrunkAndMoved = "shrunk, moved"
        case recreated = "made anew"
        /// Made anew, with a copy of all files.
        case copied = "made anew, its files copied"
        /// The extents of a physical volume that are on this disk, and were on a larger one.
        case continued = "the rest of it"
    }

    /// Of several disks that go to one target the one that it comes from.
    package var disk: UInt32?

    /// 0 of a disk without partitions.
    package var number: Int
    /// Its number on the target, where that is another.
    package var newNumber: Int?
    /// "ext4", "swap", "vfat", …
    package var content: String
    package var oldStart: UInt64
    package var oldSize: UInt64
    package var newStart: UInt64
    package var newSize: UInt64
    package var change: Change
    /// The logical volumes in it that are of another size, where there are some.
    package var volumes: [VolumeFit]?

    /// For the report.
    var reason: String {
        let name = (number == 0 ? "the whole" : "partition \(number)") + (disk.map { " of disk \($0)" } ?? "")
        let became = newNumber.map { "partition \($0), " } ?? ""
        return "\(name) (\(content)): \(change.rawValue), \(oldSize) bytes at \(oldStart) became "
            + "\(became)\(newSize) at \(newStart)" + (volumes ?? []).map { "; \($0.reason)" }.joined()
    }
}

/// What becomes of a logical volume on a smaller disk. Sizes in bytes.
package struct VolumeFit: Codable, Hashable, Sendable {
    /// "vg0/root".
    package var name: String
    /// "ext4", "swap", "xfs", …
    package var content: String
    package var oldSize: UInt64
    package var newSize: UInt64
    package var change: PartitionFit.Change

    var reason: String { "\(name) (\(content)): \(change.rawValue), \(oldSize) bytes became \(newSize)" }
}
