internal import Buffers
internal import RepositoryFormat

/// A few megabytes of a disk on their way from the reader to a worker: the bytes and how they were cut.
struct ScanBatch: Sendable {
    struct Item: Sendable {
        var kind: ExtentKind
        var sectors: UInt64
        /// Where a chunk's bytes start in the buffer; for data only.
        var offset: Int = 0
        /// Filled in by the worker; for data only.
        var serial: UInt32 = 0
    }

    let buffer: AlignedBuffer
    /// Position in the order of the disk: batches are put together again by it.
    let number: Int
    var items: [Item] = []

    init(buffer: AlignedBuffer, number: Int) {
        self.buffer = buffer
        self.number = number
    }

    mutating func append(_ kind: ExtentKind, bytes: UInt64) {
        if let last = items.last, last.kind == kind, kind != .data {
            items[items.count - 1].sectors += bytes / 512
        } else {
            items.append(Item(kind: kind, sectors: bytes / 512))
        }
    }
}
