internal import Buffers
internal import Digests
internal import Repository
internal import RepositoryFormat

/// Cuts what must be on one target into jobs, in the order of the disk, so that it is read sequentially.
struct VerifyPlanner {
    /// What is read at once.
    static let windowLength: UInt64 = 4 << 20
    /// Shorter zero ranges between data are read along.
    private static let shortZeros: UInt64 = 128 << 10
    /// A zero range is cut, so that several threads share a long one.
    private static let zerosLength: UInt64 = 64 << 20

    let content: RestoreContent
    let number: Int
    let task: DiskTask
    /// The disk was not written just now: all of it is read as it is, but for what was free.
    let compares: Bool
    let emit: (VerifyJob) throws -> Void

    private var start: UInt64 = 0
    private var end: UInt64 = 0
    private var checks: [VerifyJob.Check] = []

    init(
        content: RestoreContent, number: Int, task: DiskTask, compares: Bool = false,
        emit: @escaping (VerifyJob) throws -> Void
    ) {
        self.compares = compares
        self.content = content
        self.number = number
        self.task = task
        self.emit = emit
    }

    /// `beyond`: what was written behind the source's end on purpose.
    mutating func run(beyond: [DiskPatch]) throws {
        if compares {
            var planner = self
            try content.extents(of: task.record) { try planner.add($0) }
            return try planner.closeWindow()
        }
        let held = task.held
        try emit(VerifyJob(task: number, range: held.head, kind: .bytes(held.headBytes)))
        let sectors = held.middle.lowerBound / 512..<held.middle.upperBound / 512
        if !sectors.isEmpty {
            // Without escaping: the walk ends before this does.
            var planner = self
            try content.extents(of: task.record, in: sectors) { try planner.add($0) }
            try planner.closeWindow()
            if let fitted = content.fitted[task.record.number] {
                try ChangeWorker.eachPiece(of: fitted, in: held.middle) { slice, offset in
                    let range = offset..<offset + UInt64(slice.count)
                    try emit(VerifyJob(task: number, range: range, kind: .bytes(slice)))
                }
            }
        }
        if !held.tail.isEmpty { try emit(VerifyJob(task: number, range: held.tail, kind: .bytes(held.tailBytes))) }
        var position = task.beyondSource.lowerBound
        for patch in beyond.sorted(by: { $0.offset < $1.offset }) {
            try addZeros(position..<patch.offset)
            try emit(VerifyJob(task: number, range: patch.range, kind: .bytes(DiskFinisher.slice(of: patch.bytes))))
            position = patch.range.upperBound
        }
        try addZeros(position..<task.beyondSource.upperBound)
    }

    private mutating func add(_ extent: Extent) throws {
        let range = extent.start * 512..<extent.end * 512
        guard extent.kind == .data else {
            if compares, extent.kind != .zero { return try closeWindow() }
            if extent.length * 512 <= Self.shortZeros, end == range.lowerBound, !checks.isEmpty {
                try append(.zeros, range)
            } else {
                try closeWindow()
                try addZeros(range)
            }
            return
        }
        let pack = content.view.packs.id(extent.place.pack)
        let index = try content.view.repository.indexes.index(of: pack)
        let chunk = Int(extent.place.chunk)
        guard chunk < index.chunks.count,
            UInt64(extent.place.offset) + extent.length <= UInt64(index.chunks[chunk].length / 512)
        else {
            throw RepositoryError(
                .damaged, "The map names bytes that pack \(pack.hex.prefix(8)) does not have (chunk \(chunk)).")
        }
        let isWhole = extent.place.offset == 0 && extent.length * 512 == UInt64(index.chunks[chunk].length)
        try append(
            isWhole
                ? .chunk(index.chunks[chunk].identity)
                : .part(pack: pack, chunk: chunk, offset: Int(extent.place.offset) * 512), range)
    }

    private mutating func append(_ content: VerifyJob.Check.Content, _ range: Range<UInt64>) throws {
        if checks.isEmpty || end != range.lowerBound || range.upperBound - start > Self.windowLength {
            try closeWindow()
            start = range.lowerBound
        }
        checks.append(VerifyJob.Check(count: Int(range.upperBound - range.lowerBound), content: content))
        end = range.upperBound
    }

    private mutating func closeWindow() throws {
        guard !checks.isEmpty else { return }
        try emit(VerifyJob(task: number, range: start..<end, kind: .window(checks)))
        checks = []
    }

    private func addZeros(_ range: Range<UInt64>) throws {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(start + Self.zerosLength, range.upperBound)
            try emit(VerifyJob(task: number, range: start..<end, kind: .zeros))
            start = end
        }
    }
}
