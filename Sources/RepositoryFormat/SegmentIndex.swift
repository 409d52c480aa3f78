package import Digests
package import FoundationEssentials

/// A disk that a segment speaks of.
package struct SegmentDisk: Hashable, Sendable {
    package var id: UUID
    /// Number of the disk in the timeline.
    package var number: UInt32
    package var sizeInBytes: UInt64

    package init(id: UUID, number: UInt32, sizeInBytes: UInt64) {
        self.id = id
        self.number = number
        self.sizeInBytes = sizeInBytes
    }
}

/// A block of records (journal) or extents (delta): fetched, verified and opened alone (format.md, section 10.2).
package struct SegmentBlock: Hashable, Sendable {
    /// Delta: place of the disk in the segment's list. Journal: 0.
    package var disk: UInt32
    package var entries: UInt32
    /// Delta: the sectors it covers. Journal: numbers of its records, from 0 in the segment.
    package var range: Range<UInt64>
    /// Journal: smallest and largest time inside. Delta: 0.
    package var earliest: Int64
    package var latest: Int64
    package var offset: UInt64
    package var storedLength: Int
    package var plainLength: Int
    /// SHA-256 of the stored bytes.
    package var digest: Digest

    package init(
        disk: UInt32, entries: UInt32, range: Range<UInt64>, earliest: Int64 = 0, latest: Int64 = 0, offset: UInt64,
        storedLength: Int, plainLength: Int, digest: Digest
    ) {
        self.disk = disk
        self.entries = entries
        self.range = range
        self.earliest = earliest
        self.latest = latest
        self.offset = offset
        self.storedLength = storedLength
        self.plainLength = plainLength
        self.digest = digest
    }

    static let byteCount = 88
}

/// The index part of a segment, whose digest the history holds: everything but the blocks and frames themselves
/// (format.md, section 10.1).
package struct SegmentIndex: Hashable, Sendable {
    package var host: UUID
    package var kind: Layer.Kind
    package var hasClockSteps: Bool
    package var granularityInMilliseconds: UInt32
    package var base: Position
    package var last: Position
    package var earliest: Int64
    package var latest: Int64
    package var endTime: Int64
    /// Records or extents in all blocks.
    package var entries: UInt64
    package var disks: [SegmentDisk]
    /// Packs that the entries name by their place in this list; one past its end means the frames inside.
    package var packs: [PackReference]
    package var blocks: [SegmentBlock]
    /// Frames carried inside, offsets counted from the start of the object; empty when there are none.
    package var inline: PackIndex

    package init(
        host: UUID, kind: Layer.Kind, hasClockSteps: Bool, granularityInMilliseconds: UInt32, base: Position,
        last: Position, earliest: Int64, latest: Int64, endTime: Int64, entries: UInt64, disks: [SegmentDisk],
        packs: [PackReference], blocks: [SegmentBlock], inline: PackIndex
    ) {
        self.host = host
        self.kind = kind
        self.hasClockSteps = hasClockSteps
        self.granularityInMilliseconds = granularityInMilliseconds
        self.base = base
        self.last = last
        self.earliest = earliest
        self.latest = latest
        self.endTime = endTime
        self.entries = entries
        self.disks = disks
        self.packs = packs
        self.blocks = blocks
        self.inline = inline
    }

    /// Packs that a place may name: those of the list and, where there are frames inside, one more.
    package var placeablePacks: Int { packs.count + (inline.frames.isEmpty ? 0 : 1) }
}
