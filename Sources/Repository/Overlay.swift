package import RepositoryFormat

/// The net change of many writes to one disk: extents in order that do not overlap; between them nothing changed.
package struct Overlay: Sendable {
    package private(set) var extents: [Extent]

    package init(extents: [Extent] = []) { self.extents = extents }

    /// The outcome of writes in their order, the last one winning. Complexity: O(n log n).
    ///
    /// Sweeps the disk from its start; a heap holds the writes that cover the present sector, the latest on top.
    package init(writes: [Extent]) {
        let order = writes.indices.sorted { writes[$0].start < writes[$1].start }
        var active = MaximumHeap()
        extents = []
        extents.reserveCapacity(writes.count)
        var position: UInt64 = 0
        var next = 0
        while true {
            while let top = active.top, writes[top].end <= position { active.removeTop() }
            if active.top == nil {
                guard next < order.count else { break }
                position = max(position, writes[order[next]].start)
            }
            while next < order.count, writes[order[next]].start <= position {
                if writes[order[next]].end > position { active.insert(order[next]) }
                next += 1
            }
            guard let top = active.top else { continue }
            let end = next < order.count ? min(writes[top].end, writes[order[next]].start) : writes[top].end
            append(writes[top].clipped(to: position..<end))
            position = end
        }
    }

    private mutating func append(_ extent: Extent) {
        if let last = extents.last, last.joins(extent) {
            extents[extents.count - 1].length += extent.length
        } else {
            extents.append(extent)
        }
    }
}

/// A binary heap of indices, the largest on top.
private struct MaximumHeap {
    private var items: [Int] = []

    var top: Int? { items.first }

    mutating func insert(_ item: Int) {
        var hole = items.count
        items.append(item)
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard items[parent] < item else { break }
            items[hole] = items[parent]
            hole = parent
        }
        items[hole] = item
    }

    mutating func removeTop() {
        let item = items.removeLast()
        guard !items.isEmpty else { return }
        var hole = 0
        while true {
            var child = hole * 2 + 1
            guard child < items.count else { break }
            if child + 1 < items.count, items[child + 1] > items[child] { child += 1 }
            guard items[child] > item else { break }
            items[hole] = items[child]
            hole = child
        }
        items[hole] = item
    }
}
