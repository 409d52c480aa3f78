internal import BlockDevices
internal import Buffers
internal import Digests
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// Reads back and compares. One a thread; allocates its buffer once.
struct VerifyWorker: ~Copyable {
    private let repository: Repository
    private let state: RunState
    /// Told of what differs, by the number of the disk; nil: that is an error.
    private let found: (@Sendable (Int, Range<UInt64>) -> Void)?
    private let reader = FrameReader()
    private let buffer = AlignedBuffer(capacity: Int(VerifyPlanner.windowLength))
    /// For parts of chunks, which are rare: made when the first one comes.
    private var stored: AlignedBuffer?
    private var plain: AlignedBuffer?

    init(
        repository: Repository, state: RunState, found: (@Sendable (Int, Range<UInt64>) -> Void)? = nil
    ) {
        self.found = found
        self.repository = repository
        self.state = state
    }

    mutating func run(_ job: VerifyJob) throws {
        let task = state.disks[job.task]
        switch job.kind {
        case .window(let checks): try window(checks, at: job.range, job.task)
        case .zeros: try zeros(job.range, job.task)
        case .bytes(let expected): try bytes(expected, at: job.range.lowerBound, job.task)
        }
        task.verified.add(job.range.upperBound - job.range.lowerBound, ordering: .relaxed)
    }

    private mutating func window(_ checks: [VerifyJob.Check], at range: Range<UInt64>, _ number: Int) throws {
        let task = state.disks[number]
        let all = buffer[0..<Int(range.upperBound - range.lowerBound)]
        try task.target.read(into: all, at: range.lowerBound)
        var offset = 0
        for check in checks {
            let slice = all[offset..<offset + check.count]
            let isRight: Bool
            switch check.content {
            case .zeros: isRight = slice.isZero
            case .chunk(let identity): isRight = reader.identity(of: slice) == identity
            case .part(let pack, let chunk, let start):
                isRight = try holds(slice, pack: pack, chunk: chunk, offset: start)
            }
            if !isRight { try differs(range.lowerBound + UInt64(offset), check.count, number) }
            offset += check.count
        }
    }

    private func zeros(_ range: Range<UInt64>, _ number: Int) throws {
        let task = state.disks[number]
        var rest = range
        while !rest.isEmpty, let data = try task.target.nextData(in: rest) {
            guard state.goesOn else { return }
            let count = min(data.upperBound - data.lowerBound, UInt64(buffer.capacity))
            let slice = buffer[0..<Int(count)]
            try task.target.read(into: slice, at: data.lowerBound)
            if !slice.isZero { try differs(data.lowerBound, Int(count), number) }
            rest = data.lowerBound + count..<rest.upperBound
        }
    }

    private func bytes(_ expected: BufferSlice, at start: UInt64, _ number: Int) throws {
        let task = state.disks[number]
        var offset = 0
        while offset < expected.count {
            let count = min(buffer.capacity, expected.count - offset)
            let slice = buffer[0..<count]
            try task.target.read(into: slice, at: start + UInt64(offset))
            if !slice.holdsSame(as: expected[offset..<offset + count]) {
                try differs(start + UInt64(offset), count, number)
            }
            offset += count
        }
    }

    /// Whether `slice` is the part of a chunk that starts at `offset`, by fetching its frame again.
    private mutating func holds(_ slice: BufferSlice, pack: Digest, chunk: Int, offset: Int) throws -> Bool {
        let indexes = repository.indexes
        let index = try indexes.index(of: pack)
        let object = indexes.objectName(of: pack)
        do {
            return try holds(slice, pack: pack, index, in: object, chunk: chunk, offset: offset)
        } catch let error as RepositoryError where error.code == .damaged {
            // A collection may have put the frame elsewhere meanwhile.
            guard try indexes.hasMoved(pack, from: object, index) else { throw error }
            return try holds(
                slice, pack: pack, try indexes.index(of: pack), in: indexes.objectName(of: pack), chunk: chunk,
                offset: offset)
        }
    }

    private mutating func holds(
        _ slice: BufferSlice, pack: Digest, _ index: PackIndex, in object: String, chunk: Int, offset: Int
    ) throws -> Bool {
        let number = index.frame(ofChunk: chunk)
        let frame = index.frames[number]
        let stored = self.stored ?? AlignedBuffer(capacity: Limits.frameStored)
        let plain = self.plain ?? AlignedBuffer(capacity: Limits.framePlain)
        self.stored = stored
        self.plain = plain
        let bytes = stored[0..<frame.storedLength]
        do {
            try repository.store.read(object, at: frame.offset, into: bytes)
        } catch { throw RepositoryError(error, object: "Pack \(pack.hex.prefix(8))") }
        try reader.open(bytes, of: pack, number: number, frame: frame, into: plain.all)
        let start = Int(index.chunkOffsets[chunk]) + offset
        return slice.holdsSame(as: plain[start..<start + slice.count])
    }

    private func differs(_ offset: UInt64, _ count: Int, _ number: Int) throws(RecoveryError) {
        if let found { return found(number, offset..<offset + UInt64(count)) }
        throw RecoveryError(
            .failed,
            "\(state.disks[number].name) does not hold what was written to it: bytes \(offset)–\(offset + UInt64(count)) read back "
                + "differently. All data was written; the disk must not be used. Check it and its cable "
                + "(\"smartctl -a\"), or restore to another disk.", wroteAnything: true)
    }
}
