/// A segment as the history lists it: what it covers and where it lies (format.md, section 9, tag 13).
///
/// A layer turns the state at `base` into the state at `last`. Journals hold every write between the two, deltas the net
/// change; several layers may cover the same span.
package struct Layer: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case journal = 1
        case delta = 2
    }

    package var kind: Kind
    /// 0 for what a writer published, one more for every roll-up since.
    package var level: UInt8
    /// The clock was set back inside.
    package var hasClockSteps: Bool
    /// 0: every write. Else the span of time that a delta took together, in milliseconds.
    package var granularityInMilliseconds: UInt32
    package var base: Position
    package var last: Position
    /// The smallest and largest time inside, and the time at `last`: nanoseconds since 1970, UTC.
    package var earliest: Int64
    package var latest: Int64
    package var endTime: Int64
    /// Digest and length of the segment's index part.
    package var index: ObjectReference
    /// Bytes of the whole object.
    package var length: UInt64
    /// Records of a journal, extents of a delta.
    package var entries: UInt64

    package init(
        kind: Kind, level: UInt8, hasClockSteps: Bool, granularityInMilliseconds: UInt32, base: Position,
        last: Position, earliest: Int64, latest: Int64, endTime: Int64, index: ObjectReference, length: UInt64,
        entries: UInt64
    ) {
        self.kind = kind
        self.level = level
        self.hasClockSteps = hasClockSteps
        self.granularityInMilliseconds = granularityInMilliseconds
        self.base = base
        self.last = last
        self.earliest = earliest
        self.latest = latest
        self.endTime = endTime
        self.index = index
        self.length = length
        self.entries = entries
    }

    package static let byteCount = 120

    /// Every record of a journal takes one sequence number; an epoch begins with 1.
    var recordsFillPositions: Bool {
        SegmentIndex.fills(records: entries, from: base, to: last)
    }
}

extension Layer {
    func encode(into writer: inout ByteWriter) {
        writer.append(kind.rawValue)
        writer.append(level)
        writer.append(UInt16(hasClockSteps ? 1 : 0))
        writer.append(granularityInMilliseconds)
        writer.append(base)
        writer.append(last)
        writer.append(earliest)
        writer.append(latest)
        writer.append(endTime)
        writer.append(index.digest)
        writer.append(index.length)
        writer.append(length)
        writer.append(entries)
    }

    static func decode(_ reader: inout ByteReader) throws(FormatError) -> Layer {
        guard let kind = Kind(rawValue: try reader.integer()) else { throw reader.damaged("a layer of unknown kind") }
        let level = try reader.integer(UInt8.self)
        let flags = try reader.integer(UInt16.self)
        guard flags & ~1 == 0 else { throw reader.damaged("a layer with flags \(flags)") }
        let granularity = try reader.integer(UInt32.self)
        let layer = Layer(
            kind: kind, level: level, hasClockSteps: flags & 1 == 1, granularityInMilliseconds: granularity,
            base: try reader.position(), last: try reader.position(), earliest: try reader.time(),
            latest: try reader.time(), endTime: try reader.time(),
            index: ObjectReference(digest: try reader.digest(), length: try reader.integer()),
            length: try reader.integer(), entries: try reader.integer())
        guard layer.base < layer.last, layer.earliest <= layer.endTime, layer.endTime <= layer.latest else {
            throw reader.damaged("a layer that ends before it begins")
        }
        guard layer.index.length <= min(UInt64(Limits.segmentIndex), layer.length), layer.length <= Limits.segment,
            layer.entries <= (kind == .journal ? Limits.recordsInJournal : Limits.entriesInSegment)
        else {
            throw FormatError(.aboveLimit, "\(reader.subject) names a segment above the limits.")
        }
        guard kind == .delta || layer.recordsFillPositions else {
            throw reader.damaged("a journal of other records than positions")
        }
        return layer
    }
}
