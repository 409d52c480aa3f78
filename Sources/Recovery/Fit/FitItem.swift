/// A partition as far as fitting it to a smaller disk goes. In the table's blocks.
struct FitItem: Hashable, Sendable {
    var number: Int
    var blocks: Range<UInt64>
    /// Blocks right before it that go with it: the record of a logical partition and what lies between.
    var lead: UInt64 = 0
    /// What it needs at least; all of it where it cannot be made smaller.
    var minimum: UInt64

    var count: UInt64 { blocks.upperBound - blocks.lowerBound }
}
