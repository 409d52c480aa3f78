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
        let repository = try Repository.initialize(store)
        try scanEmptyDisk(repository)
        var options = JournalWriter.Options(program: "synthetic-month")
        options.interval = .max
        options.recordLimit = .max
        options.rollsUp = false
        let journal = try JournalWriter(try repository.timeline(of: Self.host), options: options)
        let pool = try self.pool(journal)
        let rollUp = RollUpThread(repository)
        var workload = Workload(seed: seed)
        let segments = days * 86_400 / Workload.segmentSeconds
        let start = Clocks.utcNanoseconds - Int64(days) * 86_400 * 1_000_000_000
        var written = 0
        let began = Clocks.monotonicNanoseconds
        for segment in 0..<segments {
            let second = segment * Workload.segmentSeconds
            let count = workload.writes(atSecond: second)
            for number in 0..<count {
                let time =
                    start + Int64(second) * 1_000_000_000
                    + Int64(Workload.segmentSeconds) * 1_000_000_000 * Int64(number) / Int64(count)
                let content = Int(truncatingIfNeeded: workload.next() >> 40) % Self.contents
                try journal.write(
                    time: time, disk: 0, offset: workload.block() * Workload.blockBytes,
                    pool[content * 4_096..<(content + 1) * 4_096])
            }
            written += count
            try journal.publish()
            if segment % 720 == 719 {
                try rollUp.poke(waiting: segment)
                let seconds = Double(Clocks.monotonicNanoseconds - began) / 1e9
                print("hour \((segment + 1) / 720) of \(days * 24): \(written) writes, \(Int(seconds)) s")
            }
        }
        try rollUp.finish()
        print("\(segments) segments, \(written) writes, \((Clocks.monotonicNanoseconds - began) / 1_000_000_000) s")
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

    /// Writes every content once, so that all later writes are deduplicated against packs.
    private func pool(_ journal: JournalWriter) throws -> BufferSlice {
        let pool = AlignedBuffer(capacity: Self.contents * 4_096)
        var workload = Workload(seed: seed &+ 1)
        pool.all.withMutableBytes { bytes in
            for offset in stride(from: 0, to: bytes.count, by: 8) {
                bytes.storeBytes(of: workload.next(), toByteOffset: offset, as: UInt64.self)
            }
        }
        let time = Clocks.utcNanoseconds - Int64(days) * 86_400 * 1_000_000_000 - 1_000_000_000
        for content in 0..<Self.contents {
            try journal.write(
                time: time, disk: 0, offset: UInt64(content) * 4_096, pool[content * 4_096..<(content + 1) * 4_096])
        }
        try journal.publish()
        return pool.all
    }
}
