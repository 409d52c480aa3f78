/// A partition as far as fitting it to a smaller disk goes. In the table's blocks.
package struct FitItem: Hashable, Sendable {
    package var number: Int
    package var blocks: Range<UInt64>
    /// Blocks right before it that go with it: the record of a logical partition and what lies between.
    package var lead: UInt64 = 0
    /// What it needs at least; all of it where it cannot be made smaller.
    package var minimum: UInt64

    package var count: UInt64 { blocks.upperBound - blocks.lowerBound }

    package init(number: Int, blocks: Range<UInt64>, lead: UInt64, minimum: UInt64) {
        self.number = number
        self.blocks = blocks
        self.lead = lead
        self.minimum = minimum
    }
}
