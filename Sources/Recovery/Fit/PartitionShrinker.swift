/// Makes what lies in a partition of a moment smaller by its own tools, on an overlay: neither the moment nor a target is touched.
protocol PartitionShrinker: AnyObject {
    /// Throws `refused` when something is wrong that its checker would have to ask about.
    func check() throws(RecoveryError)
    /// The smallest partition, in bytes, in which it is still of use.
    func minimum() throws(RecoveryError) -> UInt64
    /// Bytes of scratch that this may take.
    func scratch(forSize size: UInt64) throws(RecoveryError) -> UInt64
    /// Fits it into `size` bytes, and proves that.
    func shrink(to size: UInt64) throws(RecoveryError) -> any ChangedPartition
    /// What is to be known of it, for the plan; after `shrink`.
    var warnings: [String] { get throws(RecoveryError) }
}

extension PartitionShrinker {
    var warnings: [String] { [] }
}
