import BlockDevices
import Capture
import Repository
import RepositoryFormat
import Testing

/// What a capture makes of a disk equals a plain model of the format, chunk by chunk.
@Suite struct ChunkTests {
    static let parameters = [
        ChunkerParameters(), ChunkerParameters(minimum: 4096, average: 8192, maximum: 16384),
        ChunkerParameters(minimum: 65536, average: 65536, maximum: 65536),
        ChunkerParameters(minimum: 4096, average: 1 << 20, maximum: 1 << 20),
    ]

    @Test(
        "a disk of data, zeros and repetitions is cut as the format says", arguments: parameters, [1, 2, 3] as [UInt64])
    func mixed(parameters: ChunkerParameters, seed: UInt64) throws {
        let disk = Content.mixed((9 << 20) + 3 * 512, seed: seed)
        let repository = try TestRepository(parameters)
        let report = try repository.capture([MemorySource(disk)])
        let expected = PlainModel(disk, parameters)
        #expect(try repository.model() == expected)
        #expect(report.dataBytes == UInt64(expected.dataBytes))
        #expect(report.newBytes == UInt64(expected.distinctBytes))
        #expect(report.diskBytes == UInt64(disk.count))
    }

    @Test(
        "sizes around the grid, the read size and the chunk sizes",
        arguments: [
            512, 1024, 4096, 4608, 16384, 16384 + 512, 262_144 - 512, 262_144, 262_144 + 512, (4 << 20) - 512, 4 << 20,
            (4 << 20) + 512, (4 << 20) + 262_144, (8 << 20) + 4096 + 512,
        ])
    func sizes(size: Int) throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            let disk = seed == 1 ? Content.random(size, seed: seed) : Content.mixed(size, seed: seed)
            let repository = try TestRepository()
            try repository.capture([MemorySource(disk)])
            #expect(try repository.model() == PlainModel(disk))
        }
    }

    @Test("a disk of zeros stores nothing, whatever its size", arguments: [512, 4096, 4608, 1 << 20, (5 << 20) + 1536])
    func zeros(size: Int) throws {
        let repository = try TestRepository()
        let report = try repository.capture([MemorySource([UInt8](repeating: 0, count: size))])
        #expect(report.dataBytes == 0 && report.newBytes == 0 && report.newPacks == 0)
        #expect(try repository.model().runs == [PlainModel.Run(kind: .zero, start: 0, length: size)])
    }

    @Test("one byte that is not zero is a block of data, at both ends and in the middle")
    func oneByte() throws {
        let size = (1 << 20) + 512
        for place in [0, 4095, 4096, size / 2, size - 513, size - 512, size - 1] {
            var disk = [UInt8](repeating: 0, count: size)
            disk[place] = 1
            let repository = try TestRepository()
            try repository.capture([MemorySource(disk)])
            let runs = try repository.model().runs.filter { $0.kind == .data }
            #expect(runs.map(\.start) == [place & ~4095])
            #expect(try repository.model() == PlainModel(disk))
        }
    }

    @Test("what a medium says is empty is not read, and reads as zeros; borders off the grid are widened to it")
    func holes() throws {
        var disk = [UInt8](repeating: 0, count: 12 << 20)
        let ranges: [Range<Int>] = [512..<9728, 5_000_192..<(9 << 20) + 512, (12 << 20) - 1024..<12 << 20]
        for range in ranges {
            disk.replaceSubrange(range, with: Content.random(range.count, seed: UInt64(range.lowerBound)))
        }
        let data = ranges.map { UInt64($0.lowerBound)..<UInt64($0.upperBound) }
        let source = MemorySource(disk, data: data)
        let repository = try TestRepository()
        try repository.capture([source])
        #expect(try repository.model() == PlainModel(disk))
        // The tables at both ends are looked at by libblkid as well: a hole far from them is read by nobody.
        let hole = UInt64(2 << 20)..<UInt64(4 << 20)
        #expect(source.reads.allSatisfy { $0.clamped(to: hole).isEmpty })
    }

    @Test("free space is neither read nor stored")
    func freeSpace() throws {
        let size = 6 << 20
        var disk = Content.random(size, seed: 3)
        // A swap area (mkswap): its pages are free, all but the header's.
        disk.replaceSubrange(0..<65536, with: repeatElement(0, count: 65536))
        disk[1024] = 1
        let last = UInt32(size / 4096 - 1)
        disk.replaceSubrange(1028..<1032, with: withUnsafeBytes(of: last.littleEndian) { Array($0) })
        disk.replaceSubrange(1036..<1052, with: Content.random(16, seed: 9))
        disk.replaceSubrange(4086..<4096, with: Array("SWAPSPACE2".utf8))
        let source = MemorySource(disk)
        let repository = try TestRepository()
        let report = try repository.capture([source])
        #expect(report.notes.count == 1, "\(report.notes)")
        #expect(try repository.model() == PlainModel(disk, free: [65536..<size]))
        #expect(source.reads.allSatisfy { $0.clamped(to: 2 << 20..<4 << 20).isEmpty })
    }

    @Test("equal data at another place of the grid is stored once")
    func shifted() throws {
        let data = Content.random(3 << 20, seed: 8)
        let repository = try TestRepository()
        try repository.capture([MemorySource(data)])
        let moved = Content.random(20480, seed: 9) + data
        let report = try repository.capture([MemorySource(moved)], host: "other")
        // The new blocks in front, and at most one chunk until the boundaries meet again.
        #expect(report.newBytes <= 20480 + 2 * 262_144)
        #expect(try repository.model(host: "other") == PlainModel(moved))
    }
}
