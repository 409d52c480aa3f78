internal import Buffers

/// The first and the last part of a disk, kept in memory until everything else is durable on the target.
///
/// Partition tables, boot sectors and the superblocks of whole-disk LVM, md, LUKS and ZFS lie there: while they are
/// missing, no firmware and no kernel takes a half-written disk for a whole one. Both parts are zeroed on the target first.
///
/// `AlignedBuffer` has no lock; threads write disjoint bytes, because every sector of a map has one extent.
final class HeldRanges: Sendable {
    /// A MiB covers all of these; with many disks less (but room for a GPT), so that together they take about 64 MiB.
    static func length(forDisks count: Int) -> UInt64 {
        max(128 << 10, min(1 << 20, (64 << 20) / UInt64(2 * max(1, count)) / 65_536 * 65_536))
    }

    let head: Range<UInt64>
    let tail: Range<UInt64>
    /// What is between them and goes to the disk at once.
    let middle: Range<UInt64>
    let headBytes: BufferSlice
    let tailBytes: BufferSlice

    init(diskSize: UInt64, length: UInt64) {
        if diskSize <= 2 * length {
            head = 0..<diskSize
            tail = diskSize..<diskSize
        } else {
            head = 0..<length
            // On the grid, so that what goes to the disk at once is aligned for direct I/O.
            tail = (diskSize - length) / 4_096 * 4_096..<diskSize
        }
        middle = head.upperBound..<tail.lowerBound
        headBytes = Self.zeros(head)
        tailBytes = Self.zeros(tail)
    }

    private static func zeros(_ range: Range<UInt64>) -> BufferSlice {
        let count = Int(range.upperBound - range.lowerBound)
        let slice = AlignedBuffer(capacity: max(count, 512)).all[0..<count]
        slice.withMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
        return slice
    }

    /// Keeps the parts of `slice` that lie in `head` or `tail`.
    func keep(_ slice: BufferSlice, at offset: UInt64) {
        let range = offset..<offset + UInt64(slice.count)
        for (part, bytes) in [(head, headBytes), (tail, tailBytes)] {
            let common = range.clamped(to: part)
            guard !common.isEmpty else { continue }
            let count = Int(common.upperBound - common.lowerBound)
            let from = slice[Int(common.lowerBound - offset)..<Int(common.lowerBound - offset) + count]
            let start = Int(common.lowerBound - part.lowerBound)
            from.withBytes { source in
                bytes[start..<start + count].withMutableBytes { $0.copyMemory(from: source) }
            }
        }
    }
}
