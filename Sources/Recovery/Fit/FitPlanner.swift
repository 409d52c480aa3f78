/// Finds new places for partitions on a smaller disk. Pure.
///
/// Every partition keeps its place, or moves down as far as those behind it need. First what lies free goes; when that is not
/// enough, every partition that can be made smaller gives the same part of what it can spare.
package struct FitPlanner: Hashable, Sendable {
    /// The first block behind the last that a partition may have.
    package let end: UInt64
    /// Starts of moved partitions, and sizes of those made smaller, are multiples of so many blocks.
    package let step: UInt64

    package init(end: UInt64, step: UInt64) {
        self.end = end
        self.step = step
    }

    package enum Result: Hashable, Sendable {
        /// In the order of the items.
        case places([Range<UInt64>])
        /// They end at this block at the earliest.
        case needs(UInt64)
    }

    /// - Parameter items: in the order of the disk, at least one, without overlaps.
    package func places(of items: [FitItem]) -> Result {
        guard let first = items.first else { return .places([]) }
        if let places = packed(items, sizes: items.map(\.count)) { return .places(places) }
        let base = up(first.blocks.lowerBound)
        let least = items.map { up($0.minimum < $0.count ? $0.minimum : $0.count) }
        let needed = zip(items, least).dropFirst().reduce(least[0]) { $0 + $1.1 + up($1.0.lead) }
        guard base + needed <= down(end) else { return .needs(base + needed) }
        let spare = down(end) - base - needed
        // What each can give, and all of them together.
        let slack = zip(items, least).map { item, least in item.count > least ? item.count - least : 0 }
        let total = slack.reduce(0, +)
        let sizes = items.indices.map { index -> UInt64 in
            guard slack[index] > 0 else { return items[index].count }
            let (high, low) = slack[index].multipliedFullWidth(by: min(spare, total))
            return least[index] + down(total.dividingFullWidth((high, low)).quotient)
        }
        guard let places = packed(items, sizes: sizes) else { return .needs(base + needed) }
        return .places(places)
    }

    /// From the end to the start: each as far up as it may, and never further up than it was. nil when the first one would
    /// have to move.
    private func packed(_ items: [FitItem], sizes: [UInt64]) -> [Range<UInt64>]? {
        var limit = end
        var places: [Range<UInt64>] = []
        for (item, size) in zip(items, sizes).reversed() {
            guard limit >= size else { return nil }
            var start = item.blocks.lowerBound
            if start + size > limit { start = down(limit - size) }
            guard start >= item.lead else { return nil }
            places.append(start..<start + size)
            limit = start - item.lead
        }
        guard places.last?.lowerBound == items.first?.blocks.lowerBound else { return nil }
        return places.reversed()
    }

    private func up(_ block: UInt64) -> UInt64 { (block + step - 1) / step * step }
    private func down(_ block: UInt64) -> UInt64 { block / step * step }
}
