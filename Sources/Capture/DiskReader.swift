internal import BlockDevices
internal import Buffers
internal import LinuxSystem
internal import RepositoryFormat
internal import Synchronization

/// Reads one disk from start to end, leaves out what need not be read, and cuts the rest into chunks.
///
/// Runs on one thread; finished batches go to `batches`, buffers come back through `buffers`.
struct DiskReader {
    /// Bytes read at a time: large enough for sequential speed, a batch a worker.
    static let readSize = 4 << 20
    static let grid: UInt64 = 4_096

    let source: any BlockSource
    /// Free space, sorted, on the grid.
    let free: [Range<UInt64>]
    let parameters: ChunkerParameters
    let buffers: BoundedQueue<AlignedBuffer>
    let batches: BoundedQueue<ScanBatch>
    let counters: CaptureCounters

    /// A buffer holds one read behind the unfinished chunk of the one before.
    static func bufferCapacity(_ parameters: ChunkerParameters) -> Int { readSize + parameters.maximum }

    /// Reads the whole disk. Throws `interrupted`, `unreadable`.
    func run() throws(CaptureError) {
        let size = source.geometry.sizeInBytes
        var state = State(cutter: ChunkCutter(parameters), batch: try newBatch(number: 0))
        var position: UInt64 = 0
        var nextFree = free[...]
        while position < size {
            while let first = nextFree.first, first.upperBound <= position { nextFree.removeFirst() }
            let freeStart = nextFree.first.map { max($0.lowerBound, position) } ?? size
            if freeStart == position, let range = nextFree.first {
                let end = min(range.upperBound, size)
                skip(.unused, end - position, &state)
                position = end
                continue
            }
            guard let data = try nextData(position..<min(freeStart, size)) else {
                skip(.zero, freeStart - position, &state)
                position = freeStart
                continue
            }
            if data.lowerBound > position {
                skip(.zero, data.lowerBound - position, &state)
                position = data.lowerBound
            }
            while position < data.upperBound {
                let count = Int(min(data.upperBound - position, UInt64(Self.readSize)))
                try readAndCut(at: position, count: count, &state)
                position += UInt64(count)
            }
        }
        state.endChunk()
        batches.push(state.batch)
    }

    /// What `nextData` tells, widened to the grid.
    private func nextData(_ range: Range<UInt64>) throws(CaptureError) -> Range<UInt64>? {
        do {
            guard let data = try source.nextData(in: range) else { return nil }
            let start = max(range.lowerBound, data.lowerBound / Self.grid * Self.grid)
            let end = min(range.upperBound, (data.upperBound + Self.grid - 1) / Self.grid * Self.grid)
            return start..<end
        } catch {
            throw CaptureError(.unreadable, "\(source.name) cannot be read: \(error.message)", cause: error.cause)
        }
    }

    private func skip(_ kind: ExtentKind, _ bytes: UInt64, _ state: inout State) {
        state.endChunk()
        state.cutter.reset()
        state.batch.append(kind, bytes: bytes)
        counters.covered.add(bytes, ordering: .relaxed)
    }

    private func newBatch(number: Int) throws(CaptureError) -> ScanBatch {
        guard let buffer = buffers.pop() else { throw CaptureError(.interrupted, "The capture was stopped.") }
        return ScanBatch(buffer: buffer, number: number)
    }

    /// Reads `count` bytes behind the unfinished chunk and cuts them.
    private func readAndCut(at position: UInt64, count: Int, _ state: inout State) throws(CaptureError) {
        guard !Interruption.isRequested else { throw CaptureError(.interrupted, "The capture was interrupted.") }
        if state.end + count > state.batch.buffer.capacity { try handOver(&state) }
        let target = state.batch.buffer[state.end..<state.end + count]
        do {
            try source.read(into: target, at: position)
        } catch {
            throw CaptureError(
                .unreadable,
                "\(source.name) cannot be read at byte \(position) of \(source.geometry.sizeInBytes): \(error.message) "
                    + "No moment was added to the repository.", cause: error.cause)
        }
        state.cut(count)
        counters.read.add(UInt64(count), ordering: .relaxed)
        counters.covered.add(UInt64(count), ordering: .relaxed)
    }

    /// Gives the batch to the workers and carries the unfinished chunk over into a new buffer.
    private func handOver(_ state: inout State) throws(CaptureError) {
        let carried = state.batch.buffer[state.chunkStart..<state.end]
        let next = try newBatch(number: state.batch.number + 1)
        let target = next.buffer[0..<carried.count]
        carried.withBytes { source in target.withMutableBytes { $0.copyMemory(from: source) } }
        let done = state.batch
        state.batch = next
        state.chunkStart = 0
        state.end = carried.count
        guard batches.push(done) else { throw CaptureError(.interrupted, "The capture was stopped.") }
    }
}

extension DiskReader {
    /// Where the reader is in its buffer.
    fileprivate struct State {
        var cutter: ChunkCutter
        var batch: ScanBatch
        /// The unfinished chunk is `chunkStart..<end` of the buffer.
        var chunkStart = 0
        var end = 0

        /// Cuts the `count` bytes that were read at `end`.
        mutating func cut(_ count: Int) {
            let grid = Int(DiskReader.grid)
            var offset = end
            let limit = end + count
            batch.buffer.all.withBytes { bytes in
                while offset < limit {
                    // A disk need not end on the grid; its last block may be shorter.
                    let length = min(grid, limit - offset)
                    let block = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
                    offset += length
                    switch cutter.next(block) {
                    case .goOn: end = offset
                    case .cut:
                        end = offset
                        endChunk()
                    case .zero:
                        endChunk()
                        batch.append(.zero, bytes: UInt64(length))
                        end = offset
                        chunkStart = offset
                    }
                }
            }
        }

        /// What is in the buffer since the last cut becomes a chunk.
        mutating func endChunk() {
            guard end > chunkStart else { return }
            batch.items.append(
                ScanBatch.Item(kind: .data, sectors: UInt64(end - chunkStart) / 512, offset: chunkStart))
            chunkStart = end
        }
    }
}
