import Buffers
import Digests
import LinuxSystem
import Repository
import RepositoryFormat

/// Makes a repository with a long timeline, through the real writer and the real roll-up.
struct Generator {
    static let host = "month"
    /// Contents that are written: few, so that the month fits a test machine's disk; the metadata is what matters.
    private static let contents = 16_384

    let path: String
    let days: Int
    let seed: UInt64

    func run() throws {
        let store = DirectoryStore(path, isDurable: false)
        let isNew = try store.length(of: ObjectName.repository) == nil
        let repository = try isNew ? Repository.initialize(store) : Repository.open(store)
        if isNew { try scanEmptyDisk(repository) }
        var options = JournalWriter.Options(program: "synthetic-month")
        options.interval = .max
        options.recordLimit = .max
        options.rollsUp = false
        let journal = try JournalWriter(try repository.timeline(of: Self.host), options: options)
        let pool = try self.pool(journal, writes: isNew)
        try RollUp(HistoryPublisher(try repository.timeline(of: Self.host)), program: "synthetic-month").run()
        let rollUp = RollUpThread(repository)
        let segments = days * 86_400 / Workload.segmentSeconds
        let length = Int64(Workload.segmentSeconds) * 1_000_000_000
        // What was interrupted goes on where it ended, with other places.
        let layers = try repository.timeline(of: Self.host).history.layers.filter { $0.kind == .journal }
        let start = layers.first.map { $0.latest + 1_000_000_000 } ?? 0
        let done = Int(((layers.map(\.endTime).max() ?? start) - start + length - 1) / length)
        var workload = Workload(seed: seed &+ UInt64(done))
        var written = 0
        let began = Clocks.monotonicNanoseconds
        for segment in done..<segments {
            let second = segment * Workload.segmentSeconds
            let count = workload.writes(atSecond: second)
            for number in 0..<count {
                let time =
                    start + Int64(second) * 1_000_000_000
                    + Int64(Workload.segmentSeconds) * 1_000_000_000 * Int64(number) / Int64(count)
                let content = Int(truncatingIfNeeded: workload.next() >> 40) % Self.contents
                try journal.write(
                    time: time, disk: 0, offset: workload.block() * Workload.blockBytes,
                    pool[content * Workload.writeBytes..<(content + 1) * Workload.writeBytes])
            }
            written += count
            try journal.publish()
            if segment % 720 == 719 {
                try rollUp.check()
                try waitForRollUp(repository)
                let seconds = Double(Clocks.monotonicNanoseconds - began) / 1e9
                print("hour \((segment + 1) / 720) of \(days * 24): \(written) writes, \(Int(seconds)) s")
            }
        }
        try rollUp.finish()
        print("\(segments) segments, \(written) writes, \((Clocks.monotonicNanoseconds - began) / 1_000_000_000) s")
    }

    /// A month passes in half an hour here; a roll-up that has fallen hours behind would meet heads as no timeline has them.
    private func waitForRollUp(_ repository: Repository) throws {
        while try repository.timeline(of: Self.host).history.layers.count(where: { $0.level == 0 }) > 2_160 {
            Clocks.sleep(nanoseconds: 100_000_000)
        }
    }

    private func scanEmptyDisk(_ repository: Repository) throws {
        try repository.write(host: Self.host) { writer in
            var disk = ScannedDisk(
                number: 0, sizeInBytes: Workload.diskBytes, logicalSectorSize: 512, physicalSectorSize: 4_096)
            disk.append(.zero, sectors: Workload.diskBytes / 512)
            _ = try writer.commit(
                [disk],
                TimelineWriter.Description(
                    machineJSON: Array("{}".utf8), label: "", quality: .cold, scanStarted: Clocks.utcNanoseconds,
                    writer: "synthetic-month"))
        }
    }

    /// The contents. Writes every one once, so that all later writes are deduplicated against packs.
    private func pool(_ journal: JournalWriter, writes: Bool) throws -> BufferSlice {
        let pool = AlignedBuffer(capacity: Self.contents * Workload.writeBytes)
        var workload = Workload(seed: seed &+ 1)
        pool.all.withMutableBytes { bytes in
            for offset in stride(from: 0, to: bytes.count, by: 8) {
                bytes.storeBytes(of: workload.next(), toByteOffset: offset, as: UInt64.self)
            }
        }
        guard writes else { return pool.all }
        let time = Clocks.utcNanoseconds - Int64(days) * 86_400 * 1_000_000_000 - 1_000_000_000
        for content in 0..<Self.contents {
            try journal.write(
                time: time, disk: 0, offset: UInt64(content) * 4_096,
                pool[content * Workload.writeBytes..<(content + 1) * Workload.writeBytes])
        }
        try journal.publish()
        return pool.all
    }
}
