import Buffers
import Digests
import LinuxSystem
import Repository
import RepositoryFormat
import RepositoryTesting
import Synchronization
import Testing

/// A view read like a block device, compared with the disks that were captured.
@Suite struct ViewReaderTests {
    private static func disks(_ seed: UInt64) -> [TestDisk] {
        var generator = SeededGenerator(seed: seed)
        var disks = [TestDisk.random(blocks: 300, &generator), TestDisk.random(blocks: 40, &generator)]
        disks[0].bytes += generator.bytes(512)
        return disks
    }

    @Test("reads of any range, aligned or not, equal the disk, with a large cache and with none", arguments: [1, 2, 3])
    func randomReads(seed: UInt64) throws {
        for cacheBytes in [0, 40 << 10, 64 << 20] {
            let opened = try OpenedReader(
                Self.disks(seed), options: ViewReaderOptions(cacheBytes: cacheBytes, lookUpBytes: cacheBytes))
            var generator = SeededGenerator(seed: seed)
            for _ in 0..<300 {
                let disk = Int.random(in: 0..<2, using: &generator)
                let range = opened.random(disk, &generator)
                #expect(try opened.read(disk, range) == Array(opened.expected[disk][range]), "\(disk) \(range)")
            }
            for disk in 0..<2 {
                let all = 0..<opened.expected[disk].count
                #expect(try opened.read(disk, all) == opened.expected[disk])
            }
        }
    }

    @Test("runs tell zeros from data without gaps, and what is called zero is zero", arguments: [1, 2, 3])
    func runs(seed: UInt64) throws {
        let opened = try OpenedReader(Self.disks(seed))
        let disk = opened.reader.view.root.disks[0]
        var generator = SeededGenerator(seed: seed)
        var zeros = 0
        for range in [0..<opened.expected[0].count] + (0..<50).map({ _ in opened.random(0, &generator) }) {
            guard !range.isEmpty else { continue }
            let asked = UInt64(range.lowerBound)..<UInt64(range.upperBound)
            let runs = try opened.reader.runs(of: disk, in: asked)
            #expect(runs.first?.range.lowerBound == asked.lowerBound && runs.last?.range.upperBound == asked.upperBound)
            for (run, next) in zip(runs, runs.dropFirst()) {
                #expect(run.range.upperBound == next.range.lowerBound && run.isZero != next.isZero)
            }
            for run in runs where run.isZero {
                let part = opened.expected[0][Int(run.range.lowerBound)..<Int(run.range.upperBound)]
                #expect(part.allSatisfy { $0 == 0 })
                zeros += part.count
            }
            #expect(try opened.reader.runs(of: disk, in: asked, most: 1) == Array(runs.prefix(1)))
        }
        #expect(zeros > 0)
    }

    @Test("many threads at once read what is there")
    func threads() throws {
        let opened = try OpenedReader(Self.disks(4), options: ViewReaderOptions(cacheBytes: 200 << 10))
        try opened.reader.startReadAhead()
        defer { opened.reader.stopReadAhead() }
        let reader = opened.reader
        let expected = opened.expected[0]
        let threads = try (0..<8).map { number in
            try WorkerThread<Int, any Error>("reader") {
                var generator = SeededGenerator(seed: UInt64(number))
                var wrong = 0
                for _ in 0..<100 {
                    let start = Int.random(in: 0..<expected.count - 50_000, using: &generator)
                    let range = start..<start + Int.random(in: 1...50_000, using: &generator)
                    if try reader.bytes(0, range) != Array(expected[range]) { wrong += 1 }
                }
                return wrong
            }
        }
        #expect(try threads.map { try $0.join() } == Array(repeating: 0, count: 8))
    }

    @Test("a frame that many threads want at once is fetched once")
    func oneFetch() throws {
        let arrived = Counter()
        // The fetch does not end before all threads have begun to read.
        let gate: @Sendable () -> Void = { while arrived.count < 8 { Clocks.sleep(nanoseconds: 1_000_000) } }
        var generator = SeededGenerator(seed: 5)
        let opened = try OpenedReader([TestDisk(bytes: generator.bytes(8192))], gate: gate)
        let reader = opened.reader
        let threads = try (0..<8).map { _ in
            try WorkerThread<[UInt8], any Error>("reader") {
                _ = arrived.next()
                return try reader.bytes(0, 0..<8192)
            }
        }
        for thread in threads { #expect(try thread.join() == opened.expected[0]) }
        #expect(opened.store.counts.values.sorted() == [1])
    }

    @Test("what is in the cache is not fetched again, and the cache keeps its bound")
    func bound() throws {
        var generator = SeededGenerator(seed: 6)
        let disk = TestDisk(bytes: generator.bytes(40 * TestCapture.frame))
        let bound = 10 * TestCapture.frame
        let opened = try OpenedReader([disk], options: ViewReaderOptions(cacheBytes: bound))
        for _ in 0..<100 {
            _ = try opened.read(0, opened.random(0, &generator))
            #expect(opened.reader.cachedBytes <= bound)
        }
        #expect(opened.reader.cachedBytes > bound / 2)
        #expect(opened.store.counts.values.reduce(0, +) > 60)
        _ = try opened.read(0, 0..<TestCapture.frame)
        let before = opened.store.counts
        for _ in 0..<10 { _ = try opened.read(0, 100..<TestCapture.frame - 100) }
        #expect(opened.store.counts == before)
    }

    @Test("who reads in order finds the next frames fetched; who jumps about does not have others fetched")
    func readAhead() throws {
        var generator = SeededGenerator(seed: 7)
        let disk = TestDisk(bytes: generator.bytes(6 << 20))
        let frames = disk.bytes.count / TestCapture.frame
        let opened = try OpenedReader([disk])
        try opened.reader.startReadAhead()
        defer { opened.reader.stopReadAhead() }
        for offset in [0, 5 << 20] { _ = try opened.read(0, offset..<offset + 4096) }
        opened.reader.stopReadAhead()
        #expect(opened.store.counts.count == 2)
        try opened.reader.startReadAhead()
        for offset in stride(from: 4096, to: 20_480, by: 4096) { _ = try opened.read(0, offset..<offset + 4096) }
        let deadline = Clocks.monotonicNanoseconds + 20_000_000_000
        while opened.store.counts.count < frames, Clocks.monotonicNanoseconds < deadline {
            Clocks.sleep(nanoseconds: 1_000_000)
        }
        #expect(opened.store.counts.count == frames)
        #expect(try opened.read(0, 0..<disk.bytes.count) == disk.bytes)
        #expect(opened.store.counts.values.allSatisfy { $0 == 1 })
    }
}
