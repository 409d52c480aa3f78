/// The limits of format.md, section 3. Every count and length from outside is checked against one of these.
package enum Limits {
    package static let jsonObject = 16 << 20
    package static let pointer = 4 << 10
    package static let head = 64 << 20
    package static let momentsInHead = 65_536
    package static let mapRoot = 1 << 20
    package static let disksInMap = 4_096
    package static let diskSize: UInt64 = 1 << 60
    package static let mapPage = 1 << 20
    package static let extentsInLeaf = 4_096
    package static let packsInLeaf = 4_096
    package static let pack: UInt64 = 1 << 30
    package static let packIndex = 64 << 20
    package static let framesInPack = 65_536
    package static let chunksInPack = 1_048_576
    package static let framePlain = 4 << 20
    package static let frameStored = (4 << 20) + (64 << 10)
    package static let chunk = 1 << 20
    package static let machineDescription = 16 << 20
    package static let name = 255
    package static let entriesInHead = 65_536
    package static let manifest = 16 << 20
    package static let segment: UInt64 = 1 << 30
    package static let segmentIndex = 64 << 20
    package static let blocksInSegment = 262_144
    package static let packsInSegment = 262_144
    /// Plain bytes of a block; stored it has at most 64 KiB more.
    package static let segmentBlock = 1 << 20
    package static let entriesInBlock = 4_096
    package static let entriesInSegment: UInt64 = 1 << 30
    /// Journals are rolled up in memory, with the frames that they carry.
    package static let recordsInJournal: UInt64 = 1 << 20
    package static let framesInSegment: UInt64 = 16 << 20
    /// Nanoseconds around 1970 (the years 1823 to 2116): the difference of two times never overflows.
    package static let time: Int64 = (1 << 62) - 1
    /// Ten decimal digits in names; one more is always possible in 64 bits.
    package static let epoch: UInt64 = 9_999_999_999
    /// The sum of a sequence number and a count never overflows.
    package static let sequence: UInt64 = 1 << 62
}
