import Buffers
import FoundationEssentials
import Repository
import RepositoryFormat
import RepositoryTesting

/// A host with a scan and many writes over days, and what its disk held at every published position.
final class TestHistory {
    static let hour: Int64 = 3_600_000_000_000
    static let day = 24 * hour
    static let blocks = 24

    struct State {
        var position: Position
        var time: Int64
        var bytes: [UInt8]
    }

    let folder: TemporaryFolder
    let repository: Repository
    /// Ascending; the first is the scan's.
    private(set) var states: [State] = []
    private(set) var now: Int64
    private var generator: SeededGenerator
    private var disk: [UInt8]
    private let windows: RollUp.Windows

    /// Journals of two hours, deltas of four, maps of eight.
    static var shortWindows: RollUp.Windows {
        var windows = RollUp.Windows()
        windows.journal = 2 * hour
        windows.delta = 4 * hour
        windows.map = 8 * hour
        return windows
    }

    /// `segments` of `spacing` nanoseconds each, three writes a segment; every `labelled`th gets a label.
    init(
        segments: Int, spacing: Int64 = hour, labelled: Int = .max, seed: UInt64 = 3, packLimit: Int = 512 << 10,
        rollsUp: Bool = true, windows: RollUp.Windows = RollUp.Windows()
    ) throws {
        self.windows = windows
        folder = try TemporaryFolder()
        repository = try Repository.initialize(DirectoryStore(folder.path, isDurable: false))
        generator = SeededGenerator(seed: seed)
        disk = generator.bytes(Self.blocks * TestDisk.block)
        let scan = try repository.capture("web01", [TestDisk(bytes: disk)], label: "")
        states = [State(position: scan.moment.position, time: scan.moment.time, bytes: disk)]
        now = scan.moment.time
        try follow(segments: segments, spacing: spacing, labelled: labelled, packLimit: packLimit, rollsUp: rollsUp)
    }

    var timeline: Timeline { get throws { try reopened().timeline(of: "web01") } }

    /// A repository object that has read nothing yet.
    func reopened() throws -> Repository { try Repository.open(DirectoryStore(folder.path, isDurable: false)) }

    /// Writes on, as an agent does that is started anew.
    func follow(
        segments: Int, spacing: Int64 = hour, labelled: Int = .max, packLimit: Int = 512 << 10, rollsUp: Bool = true
    ) throws {
        var options = JournalWriter.Options(program: "tests")
        options.inlineLimit = packLimit
        options.rollsUp = rollsUp
        options.windows = windows
        let writer = try JournalWriter(timeline, options: options)
        for number in 1...segments {
            for part in 1...3 {
                now += spacing / 3
                try write(writer, time: part == 3 ? (now / 1_000_000) * 1_000_000 : now)
            }
            if number % labelled == 0 {
                try writer.mark(.label, label: "state \(number)")
            } else {
                try writer.publish()
            }
            states.append(State(position: writer.published, time: now, bytes: disk))
        }
    }

    private func write(_ writer: JournalWriter, time: Int64) throws {
        let count = Int.random(in: 1...3, using: &generator)
        let start = Int.random(in: 0...Self.blocks - count, using: &generator)
        let offset = UInt64(start * TestDisk.block)
        let length = count * TestDisk.block
        let range = Int(offset)..<Int(offset) + length
        now = time
        if Int.random(in: 0..<5, using: &generator) == 0 {
            disk.replaceSubrange(range, with: [UInt8](repeating: 0, count: length))
            return try writer.clear(.discard, time: time, disk: 0, offset: offset, length: UInt64(length))
        }
        let bytes = generator.bytes(length)
        disk.replaceSubrange(range, with: bytes)
        let buffer = AlignedBuffer(capacity: length)
        buffer.all.withMutableBytes { $0.copyBytes(from: bytes) }
        try writer.write(time: time, disk: 0, offset: offset, buffer.all)
    }

    /// What opening a state gives: its bytes, or nil when the history does not lead there any more.
    func opened(_ state: State, in repository: Repository) throws -> [UInt8]? {
        let timeline = try repository.timeline(of: "web01")
        let moment: Moment
        do {
            moment = try timeline.moment(at: .position(state.position), now: now)
        } catch {
            guard error.code == .noMoment else { throw error }
            return nil
        }
        let view = try View(repository, timeline: timeline, moment: moment)
        return try view.contents(of: view.root.disks[0])
    }

    /// Bytes of all files.
    func size() throws -> UInt64 { try folder.files().values.reduce(0) { $0 + UInt64($1.count) } }

    func request(_ policy: String, after: Int64 = 0, grace: Int64 = 0) throws -> PruneRequest {
        var request = PruneRequest(now: now + after, program: "tests")
        request.policy = try RetentionPolicy(policy)
        request.grace = grace
        return request
    }
}
