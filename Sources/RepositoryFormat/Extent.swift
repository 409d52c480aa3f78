/// What a run of sectors holds (format.md, section 1).
package enum ExtentKind: UInt8, Sendable {
    case data = 0
    case zero = 1
    /// Free space of a file system or volume manager: its content does not matter and reads as zeros.
    case unused = 2
    /// Not known for certain; a moment with such sectors is not offered.
    case unknown = 3
}

/// Where plain bytes lie: sectors `offset…` of a chunk of a pack. `pack` is a number in a list of packs that the
/// context names (a page's own list, or a repository's `PackTable`).
package struct Place: Hashable, Sendable {
    package var pack: UInt32
    package var chunk: UInt32
    /// In sectors of 512 bytes.
    package var offset: UInt32

    package init(pack: UInt32, chunk: UInt32, offset: UInt32 = 0) {
        self.pack = pack
        self.chunk = chunk
        self.offset = offset
    }
}

/// A run of sectors of one disk. Start and length in sectors of 512 bytes.
package struct Extent: Hashable, Sendable {
    package var start: UInt64
    package var length: UInt64
    package var kind: ExtentKind
    /// Meaningful for `.data` only; zeros otherwise.
    package var place: Place

    package init(start: UInt64, length: UInt64, kind: ExtentKind, place: Place = Place(pack: 0, chunk: 0)) {
        self.start = start
        self.length = length
        self.kind = kind
        self.place = place
    }

    package var end: UInt64 { start + length }

    /// The part of this extent inside `range` (which it must touch).
    package func clipped(to range: Range<UInt64>) -> Extent {
        let from = max(start, range.lowerBound)
        let to = min(end, range.upperBound)
        var part = self
        part.start = from
        part.length = to - from
        if kind == .data { part.place.offset += UInt32(from - start) }
        return part
    }

    /// Whether `next` goes on where this ends with the same content kind and, for data, in the same chunk: a map
    /// holds the two as one extent.
    package func joins(_ next: Extent) -> Bool {
        guard end == next.start, kind == next.kind else { return false }
        guard kind == .data else { return true }
        return place.pack == next.place.pack && place.chunk == next.place.chunk
            && UInt64(place.offset) + length == UInt64(next.place.offset)
    }
}
