/// What an operator wants to have larger; without one, room is only told of.
package struct Growth: Hashable, Sendable {
    /// The name that means the logical volume with the root file system.
    package static let root = "root"

    /// The logical volume that gets what is free in its group: `root`, or "vg0/data". nil leaves that to the group.
    package var logicalVolume: String?

    package init(logicalVolume: String? = nil) { self.logicalVolume = logicalVolume }

    /// Less than this is not worth a change: file systems and LVM leave the end of a device unused when a whole block group,
    /// allocation group or extent does not fit.
    static let worthwhile: UInt64 = 16 << 20

    /// Partitions end at a multiple of this.
    static let alignment: UInt64 = 1 << 20
}
