import Buffers
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// A reader of moments between scans, whose bytes lie in maps, packs and segments.
@Suite struct ViewReaderHistoryTests {
    @Test("any moment between scans reads as what was written until then", arguments: [1, 2, 3] as [UInt64])
    func moments(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder()
        let disk = TestDisk.random(blocks: 200, &generator)
        let repository = try Repository.initialize(DirectoryStore(folder.path))
        try repository.capture("web01", [disk])
        var options = JournalWriter.Options(program: "tests")
        options.interval = .max
        options.rollsUp = false
        let writer = try JournalWriter(repository.timeline(of: "web01"), options: options)
        var bytes = disk.restored
        var states: [(position: Position, bytes: [UInt8])] = []
        for step in 0..<60 {
            try Self.write(to: &bytes, writer, time: 2_000_000_000 * Int64(step + 1), &generator)
            states.append((writer.position, bytes))
            if step % 20 == 19 { try writer.publish() }
        }
        let reopened = try Repository.open(DirectoryStore(folder.path))
        let timeline = try reopened.timeline(of: "web01")
        for state in states {
            let view = try View(reopened, timeline: timeline, moment: try timeline.moment(at: state.position))
            let reader = ViewReader(view)
            #expect(try reader.bytes(0, 0..<state.bytes.count) == state.bytes, "\(state.position)")
            let start = Int.random(in: 0..<state.bytes.count, using: &generator)
            let range = start..<min(state.bytes.count, start + 5_000)
            #expect(try reader.bytes(0, range) == Array(state.bytes[range]), "\(state.position) \(range)")
            for run in try reader.runs(of: view.root.disks[0], in: 0..<UInt64(state.bytes.count)) where run.isZero {
                let part = state.bytes[Int(run.range.lowerBound)..<Int(run.range.upperBound)]
                #expect(part.allSatisfy { $0 == 0 })
            }
        }
    }

    private static func write(
        to bytes: inout [UInt8], _ writer: JournalWriter, time: Int64, _ generator: inout SeededGenerator
    ) throws {
        let start = Int.random(in: 0..<bytes.count / 512, using: &generator)
        let sectors = min(Int.random(in: 1...100, using: &generator), bytes.count / 512 - start)
        let range = start * 512..<(start + sectors) * 512
        if Bool.random(using: &generator) {
            let new = generator.bytes(range.count)
            let buffer = AlignedBuffer(capacity: range.count)
            buffer.all.withMutableBytes { $0.copyBytes(from: new) }
            try writer.write(time: time, disk: 0, offset: UInt64(range.lowerBound), buffer.all)
            bytes.replaceSubrange(range, with: new)
        } else {
            try writer.clear(
                .discard, time: time, disk: 0, offset: UInt64(range.lowerBound), length: UInt64(range.count))
            bytes.replaceSubrange(range, with: repeatElement(0, count: range.count))
        }
    }
}
