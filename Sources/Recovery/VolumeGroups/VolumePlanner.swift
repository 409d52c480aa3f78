/// Shares out the extents of a smaller physical volume. Pure.
package enum VolumePlanner {
    /// A logical volume. In extents.
    package struct Item: Hashable, Sendable {
        package var count: UInt64
        /// What it needs at least; all of it where it cannot be made smaller.
        package var minimum: UInt64

        package init(count: UInt64, minimum: UInt64) {
            self.count = count
            self.minimum = min(count, minimum)
        }
    }

    /// What each volume gets: all that it has where there is room; else every one that can be made smaller gives the same part of what it
    /// can spare. nil where there is not enough.
    package static func sizes(of items: [Item], room: UInt64) -> [UInt64]? {
        let needed = items.reduce(0) { $0 + $1.minimum }
        guard needed <= room else { return nil }
        let slack = items.reduce(0) { $0 + ($1.count - $1.minimum) }
        let spare = min(room - needed, slack)
        return items.map { item in
            let own = item.count - item.minimum
            guard own > 0 else { return item.count }
            let (high, low) = own.multipliedFullWidth(by: spare)
            return item.minimum + slack.dividingFullWidth((high, low)).quotient
        }
    }
}
