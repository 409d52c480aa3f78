internal import Buffers
internal import Digests
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// Fetches, verifies and opens frames and writes their bytes to all their places. One a thread; allocates its buffers once.
struct FetchWorker: ~Copyable {
    /// Bytes between two needed frames that are fetched along rather than asked for anew.
    static let tolerableGap: UInt64 = 64 << 10

    private let store: any ObjectStore
    private let indexes: PackIndexCache
    private let state: RunState
    /// Position in `state.disks` by the disk's number.
    private let tasks: [UInt32: Int]
    private let reader = FrameReader()
    private let stored = AlignedBuffer(capacity: max(Limits.frameStored, FetchPlanner.jobLength))
    private let plain = AlignedBuffer(capacity: Limits.framePlain)
    private var merger: WriteMerger
    /// Records of the present job that are not right on the target yet; used when targets are compared.
    private var missing: [ScatterRecord] = []
    private let compares: Bool

    init(repository: Repository, state: RunState, compares: Bool) {
        store = repository.store
        indexes = repository.indexes
        self.state = state
        self.compares = compares
        tasks = Dictionary(uniqueKeysWithValues: state.disks.enumerated().map { ($1.record.number, $0) })
        merger = WriteMerger(state.disks)
    }

    mutating func run(_ job: FetchJob) throws {
        do {
            try attempt(job)
        } catch let error as RepositoryError where error.code == .damaged {
            // A collection may have put the frames elsewhere since the job was made.
            guard try indexes.hasMoved(job.pack, from: job.object, job.index) else { throw error }
            try attempt(
                FetchJob(
                    pack: job.pack, index: try indexes.index(of: job.pack), object: indexes.objectName(of: job.pack),
                    records: job.records))
        }
    }

    private mutating func attempt(_ job: FetchJob) throws {
        guard compares else {
            try fetch(job.records, job)
            return
        }
        missing.removeAll(keepingCapacity: true)
        let comparer = PlaceComparer(buffer: plain.all, disks: state.disks, tasks: tasks)
        try comparer.eachMissing(of: job.records, job.index, identify: { reader.identity(of: $0) }) {
            missing.append($0)
        }
        try fetch(missing[...], job)
    }

    /// Fetches runs of needed frames with one request each.
    private mutating func fetch(_ records: ArraySlice<ScatterRecord>, _ job: FetchJob) throws {
        var start = records.startIndex
        while start < records.endIndex {
            var frame = job.index.frame(ofChunk: Int(records[start].chunk))
            let from = job.index.frames[frame].offset
            var to = from
            var end = start
            while end < records.endIndex {
                let number = frame
                if end > start { frame = job.index.frame(ofChunk: Int(records[end].chunk)) }
                let next = job.index.frames[frame]
                let limit = next.offset + UInt64(next.storedLength)
                if end > start, frame != number {
                    guard next.offset - to <= Self.tolerableGap, limit - from <= UInt64(FetchPlanner.jobLength) else {
                        break
                    }
                }
                to = limit
                let last = UInt32(job.index.chunks(ofFrame: frame).upperBound)
                while end < records.endIndex, records[end].chunk < last { end += 1 }
            }
            try fetch(records[start..<end], from..<to, job)
            start = end
        }
    }

    private mutating func fetch(
        _ records: ArraySlice<ScatterRecord>, _ range: Range<UInt64>, _ job: FetchJob
    ) throws {
        let bytes = stored[0..<Int(range.upperBound - range.lowerBound)]
        do {
            try store.read(job.object, at: range.lowerBound, into: bytes)
        } catch { throw RepositoryError(error, object: "Pack \(job.pack.hex.prefix(8))") }
        state.fetched.add(UInt64(bytes.count), ordering: .relaxed)
        var position = records.startIndex
        while position < records.endIndex {
            let number = job.index.frame(ofChunk: Int(records[position].chunk))
            let frame = job.index.frames[number]
            let offset = Int(frame.offset - range.lowerBound)
            try reader.open(
                bytes[offset..<offset + frame.storedLength], of: job.pack, number: number, frame: frame,
                into: plain.all)
            let last = UInt32(job.index.chunks(ofFrame: number).upperBound)
            while position < records.endIndex, records[position].chunk < last {
                let record = records[position]
                guard let task = tasks[record.disk] else { preconditionFailure("disk \(record.disk) is not restored") }
                try merger.add(
                    task: task, start: record.start * 512,
                    plain: Int(job.index.chunkOffsets[Int(record.chunk)]) + Int(record.offset) * 512,
                    count: Int(record.lengthInSectors) * 512, of: plain.all)
                position += 1
            }
            try merger.flush(of: plain.all)
        }
    }
}
