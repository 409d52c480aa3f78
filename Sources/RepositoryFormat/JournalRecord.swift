/// One write of a journal (format.md, section 10.3). Every record takes one sequence number.
package struct JournalRecord: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case data = 0
        case zero = 1
        /// The host gave the sectors back; they read as zeros.
        case discard = 2
        /// Nothing was written until this time; also where the clock was set.
        case tick = 3
    }

    /// Nanoseconds since 1970, UTC, in whole microseconds.
    package var time: Int64
    /// Number of the disk in the timeline.
    package var disk: UInt32
    package var kind: Kind
    /// In sectors of 512 bytes.
    package var start: UInt64
    package var length: UInt64
    /// Meaningful for `.data` only.
    package var place: Place

    package init(
        time: Int64, disk: UInt32, kind: Kind, start: UInt64, length: UInt64, place: Place = Place(pack: 0, chunk: 0)
    ) {
        self.time = time
        self.disk = disk
        self.kind = kind
        self.start = start
        self.length = length
        self.place = place
    }

    /// What the sectors hold afterwards; nil for a tick.
    package var extent: Extent? {
        guard kind != .tick else { return nil }
        return Extent(start: start, length: length, kind: kind == .data ? .data : .zero, place: place)
    }
}
