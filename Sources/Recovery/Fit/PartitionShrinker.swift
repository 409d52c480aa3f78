/// Makes what lies in a partition or a logical volume of a moment smaller by its own tools, on an overlay: neither the moment nor a
/// target is touched.
protocol PartitionShrinker: AnyObject {
    /// Throws `refused` when something is wrong that its checker would have to ask about.
    func check() throws(RecoveryError)
    /// The smallest place, in bytes, in which it is still of use.
    ///
    /// Once it is known what may be done to others as well.
    func minimum(_ effort: FitEffort) throws(RecoveryError) -> UInt64
    /// Lets go of what only `check` and `shrink` need.
    func rest()
    /// Bytes of scratch that this may take.
    func scratch(forSize size: UInt64) throws(RecoveryError) -> UInt64
    /// Fits it into `size` bytes, and proves that.
    func shrink(to size: UInt64) throws(RecoveryError) -> any ChangedPartition
    /// Why it is not made smaller than its minimum, for a refusal; nil where that goes without saying.
    var reasonToKeep: String? { get }
    /// What is to be known of it, for the plan; after `shrink`.
    var warnings: [String] { get throws(RecoveryError) }
    /// What became of the logical volumes in it; after `shrink`.
    var volumes: [VolumeFit] { get }
}

/// What may be done to find room.
enum FitEffort: CaseIterable {
    /// Only what nothing lies in is given: free extents of a volume group.
    case packing
    /// File systems and swap are made smaller.
    case shrinking
    /// Files are copied into new file systems, which reads all of them.
    case copying
}

extension PartitionShrinker {
    func rest() {}
    var reasonToKeep: String? { nil }
    var warnings: [String] { [] }
    var volumes: [VolumeFit] { [] }
}
