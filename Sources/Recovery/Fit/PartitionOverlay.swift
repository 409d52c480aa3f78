internal import BlockDevices
internal import Buffers
internal import FileMounts
internal import LinuxSystem
internal import Synchronization

/// A partition of a moment, or a logical volume, that programs may write to: what they write lies in a scratch file, everything else is
/// the moment's.
final class PartitionOverlay: ChangedPartition {
    static let blockLength: UInt64 = 4_096

    var name: String { moment.name }
    var geometry: DiskGeometry { moment.geometry }
    var sizeInBytes: UInt64 { geometry.sizeInBytes }
    /// As it was.
    let moment: PlacedSource
    private let scratch: FileDescriptor
    private let state: Mutex<State>

    private struct State {
        /// Blocks that lie in the scratch file.
        var written = BlockSet()
        var problem: (any Error)?
        var observer: RecentBlocks?
    }

    init(_ moment: PlacedSource, scratch: consuming FileDescriptor) {
        self.moment = moment
        self.scratch = scratch
        state = Mutex(State())
    }

    /// What made a program's request fail.
    var problem: (any Error)? { state.withLock { $0.problem } }

    func nextData(in range: Range<UInt64>) -> Range<UInt64>? { range.isEmpty ? nil : range }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        try read(into: slice, at: offset, observer: state.withLock { $0.observer })
    }

    /// The same, without a word to the observer.
    func readUnobserved(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        try read(into: slice, at: offset, observer: nil)
    }

    private func read(
        into slice: BufferSlice, at offset: UInt64, observer: RecentBlocks?
    ) throws(BlockDeviceError) {
        try noting("read") {
            for run in runs(in: offset..<offset + UInt64(slice.count)) {
                let from = Int(run.range.lowerBound - offset)
                let part = slice[from..<from + Int(run.range.upperBound - run.range.lowerBound)]
                if run.isWritten {
                    try scratch.readFully(into: part, at: run.range.lowerBound)
                } else {
                    try moment.read(into: part, at: run.range.lowerBound)
                    try observer?.note(part, at: run.range.lowerBound)
                }
            }
        }
    }

    func write(_ slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        guard slice.count > 0 else { return }
        try noting("write to") {
            let end = offset + UInt64(slice.count)
            let blocks = offset / Self.blockLength..<(end - 1) / Self.blockLength + 1
            if offset % Self.blockLength != 0 { try complete(blocks.lowerBound) }
            if end % Self.blockLength != 0, end < sizeInBytes { try complete(blocks.upperBound - 1) }
            try scratch.write(slice, at: offset)
            state.withLock { state in
                for block in blocks { state.written.insert(block) }
            }
        }
    }

    /// From now on `observer` hears of everything that is read and was never written.
    func observe(_ observer: RecentBlocks?) { state.withLock { $0.observer = observer } }

    func pieces(upTo size: UInt64) -> [PartitionPiece] { pieces(in: 0..<size) }

    func pieces(in range: Range<UInt64>) -> [PartitionPiece] {
        runs(in: range).map { run in
            PartitionPiece(range: run.range, origin: run.isWritten ? .change : .moment(run.range.lowerBound))
        }
    }

    /// Brings a block that is written in part into the scratch file.
    private func complete(_ block: UInt64) throws {
        guard !state.withLock({ $0.written.contains(block) }) else { return }
        let from = block * Self.blockLength
        let count = Int(min(Self.blockLength, sizeInBytes - from))
        let buffer = AlignedBuffer(capacity: count)
        try moment.read(into: buffer.all, at: from)
        try scratch.write(buffer.all, at: from)
        state.withLock { $0.written.insert(block) }
    }

    private struct Run {
        var range: Range<UInt64>
        var isWritten: Bool
    }

    private func runs(in range: Range<UInt64>) -> [Run] {
        state.withLock { state in
            var runs: [Run] = []
            var position = range.lowerBound
            while position < range.upperBound {
                let block = position / Self.blockLength
                // Untouched ones are passed over many at once: a partition has many.
                let empty = state.written.emptyBlocks(from: block)
                let next = min((block + max(empty, 1)) * Self.blockLength, range.upperBound)
                let isWritten = empty == 0 && state.written.contains(block)
                if let last = runs.last, last.isWritten == isWritten {
                    runs[runs.count - 1].range = last.range.lowerBound..<next
                } else {
                    runs.append(Run(range: position..<next, isWritten: isWritten))
                }
                position = next
            }
            return runs
        }
    }

    private func noting(_ what: String, _ body: () throws -> Void) throws(BlockDeviceError) {
        do { try body() } catch {
            // What the repository said, where it was that.
            let reason = (error as? BlockDeviceError)?.cause ?? error
            state.withLock { $0.problem = $0.problem ?? reason }
            throw BlockDeviceError(.inputOutput, "Cannot \(what) \(name) (\(reason)).", cause: reason)
        }
    }
}
