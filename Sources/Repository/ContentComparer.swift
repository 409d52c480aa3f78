internal import Digests
internal import RepositoryFormat

/// Says of extents of two views whether they hold the same, without reading their data. One thread at a time.
final class ContentComparer {
    private let left: View
    private let right: View
    /// For a pack number of the right view: its number in the left one.
    private var numbers: [UInt32: UInt32] = [:]
    private var lastIndexes: [(pack: UInt32, index: PackIndex)?] = [nil, nil]

    init(_ left: View, _ right: View) {
        self.left = left
        self.right = right
    }

    /// Calls `body` with the parts of `range` that may differ, in order. Holds the range's extents of both views.
    func differences(
        of one: DiskRecord, _ other: DiskRecord, in range: Range<UInt64>, _ body: (Range<UInt64>) throws -> Void
    ) throws {
        var ones: [Extent] = []
        var others: [Extent] = []
        try left.extents(of: one, in: range) { ones.append($0) }
        try right.extents(of: other, in: range) { others.append($0) }
        var position = range.lowerBound
        var (first, second) = (0, 0)
        while position < range.upperBound, first < ones.count, second < others.count {
            let end = min(ones[first].end, others[second].end, range.upperBound)
            let part = position..<end
            if try !isSame(ones[first].clipped(to: part), others[second].clipped(to: part)) { try body(part) }
            position = end
            if ones[first].end <= position { first += 1 }
            if others[second].end <= position { second += 1 }
        }
        if position < range.upperBound { try body(position..<range.upperBound) }
    }

    /// Both of one length.
    private func isSame(_ one: Extent, _ other: Extent) throws(RepositoryError) -> Bool {
        guard one.kind != .unknown, other.kind != .unknown else { return false }
        guard one.kind == .data, other.kind == .data else { return one.kind != .data && other.kind != .data }
        guard one.place.offset == other.place.offset else { return false }
        if one.place.pack == number(other.place.pack), one.place.chunk == other.place.chunk { return true }
        return try identity(of: one.place, in: left, 0) == identity(of: other.place, in: right, 1)
    }

    private func number(_ right: UInt32) -> UInt32 {
        if let known = numbers[right] { return known }
        let number = left.packs.number(of: self.right.packs.id(right))
        numbers[right] = number
        return number
    }

    private func identity(of place: Place, in view: View, _ side: Int) throws(RepositoryError) -> Digest {
        let index: PackIndex
        if let last = lastIndexes[side], last.pack == place.pack {
            index = last.index
        } else {
            index = try view.repository.indexes.index(of: view.packs.id(place.pack))
            lastIndexes[side] = (place.pack, index)
        }
        guard Int(place.chunk) < index.chunks.count else {
            throw RepositoryError(
                .damaged,
                "Pack \(view.packs.id(place.pack).hex.prefix(8)) has no chunk \(place.chunk), and a map names it.")
        }
        return index.chunks[Int(place.chunk)].identity
    }
}
