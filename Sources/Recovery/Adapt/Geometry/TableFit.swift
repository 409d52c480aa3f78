internal import Buffers

/// A GPT whose backup is not at its disk's end, as where an image was made longer: what moves it there. A restore to a larger
/// disk has done so itself.
struct TableFit {
    /// Empty when the table fits, or is none of this kind.
    private(set) var patches: [DiskPatch] = []
    /// Why no partition may be grown.
    private(set) var oddity: String?

    /// How much of the disk's head and of the backup is looked at; entries have at most 64 KiB.
    private static let window: UInt64 = 1 << 20

    init(_ reader: DiskReader) throws(RecoveryError) {
        let size = UInt64(reader.sectorSize)
        guard reader.sizeInBytes > 2 * Self.window else { return }
        let head = try reader.bytes(at: 0, count: Int(Self.window))
        let sector = Array(head[Int(size)..<2 * Int(size)])
        guard GPTHeader.hasSignature(sector), let header = GPTHeader(sector: sector) else { return }
        oddity = GPTTable.hybridOddity(head)
        let blocks = reader.sizeInBytes / size
        guard header.alternate < blocks - 1, (header.alternate + 1) * size > Self.window else { return }
        let end = (header.alternate + 1) * size
        let tail = try reader.bytes(at: end - Self.window, count: Int(Self.window))
        let result = PartitionTableAdapter(sourceSize: end, targetSize: reader.sizeInBytes, sectorSize: size)
            .adapt(head: head, tail: tail, tailStart: end - Self.window)
        patches = result.patches
        oddity = oddity ?? result.warnings.first
    }
}
