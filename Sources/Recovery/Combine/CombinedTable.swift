internal import Digests
internal import RepositoryFormat

/// The partition table of a disk that takes the partitions of several.
protocol CombinedTable {
    /// "GPT".
    var kind: BootPartitionKind { get }
    /// The block behind the last one that is taken.
    var end: UInt64 { get }
    /// Takes a partition of `count` blocks behind all others, at a multiple of `step` blocks. Returns its number, its blocks and
    /// its PARTUUID. Throws `failed` with why it has no place in the table.
    mutating func add(
        _ part: CombinedSource.Part, count: UInt64, step: UInt64
    ) throws(RecoveryError) -> (number: Int, blocks: Range<UInt64>, uuid: String)
    /// The block behind the last one that a partition may have on a disk of `size` bytes.
    func end(onDiskOf size: UInt64) -> UInt64
    /// Bytes that a disk must have when its last partition ends at block `end`.
    func size(ofDiskEndingAt end: UInt64) -> UInt64
    /// What is written of it to a disk of `size` bytes.
    func patches(size: UInt64) -> [DiskPatch]
}

extension GUIDText {
    /// A GUID that the same disk of the same host gets each time (version 8 of RFC 9562).
    static func derived(from record: DiskRecord, _ purpose: String) -> String {
        let words = SHA256.digest(of: Array("lifeboat combined \(record.id) \(purpose)".utf8)).words
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: words.0 >> (8 * $0)) }
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: words.1 >> (8 * $0)) }
        // Stored: the third field's high byte is its second one.
        bytes[7] = bytes[7] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        return text(bytes)
    }
}
