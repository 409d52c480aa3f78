import Buffers
import Repository
import RepositoryFormat
import RepositoryTesting

/// A captured host with a reader of its newest moment, and the plain bytes that it must give.
struct OpenedReader {
    let folder: TemporaryFolder
    let store: WatchedStore
    let reader: ViewReader
    let expected: [[UInt8]]

    init(
        _ disks: [TestDisk], options: ViewReaderOptions = ViewReaderOptions(),
        gate: @escaping @Sendable () -> Void = {}
    ) throws {
        folder = try TemporaryFolder()
        try Repository.initialize(DirectoryStore(folder.path)).capture("web01", disks)
        store = WatchedStore(DirectoryStore(folder.path), gate: gate)
        let repository = try Repository.open(store)
        let timeline = try repository.timeline(of: "web01")
        let moment = try timeline.moment(at: .latest, now: 0)
        reader = ViewReader(try View(repository, timeline: timeline, moment: moment), options: options)
        expected = disks.map(\.restored)
    }

    /// The bytes of a range, as the reader gives them.
    func read(_ disk: Int, _ range: Range<Int>) throws -> [UInt8] { try reader.bytes(disk, range) }

    func random(_ disk: Int, _ generator: inout SeededGenerator, most: Int = 100_000) -> Range<Int> {
        let size = expected[disk].count
        let start = Int.random(in: 0..<size, using: &generator)
        return start..<Int.random(in: start...min(size, start + most), using: &generator)
    }
}

extension ViewReader {
    func bytes(_ disk: Int, _ range: Range<Int>) throws -> [UInt8] {
        guard !range.isEmpty else { return [] }
        // Filled with something that no disk holds there, so that what is left out shows.
        let buffer = AlignedBuffer(capacity: range.count)
        buffer.all.withMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0xEE) }
        try read(view.root.disks[disk], at: UInt64(range.lowerBound), into: buffer.all)
        return buffer.all.withBytes { Array($0) }
    }
}
