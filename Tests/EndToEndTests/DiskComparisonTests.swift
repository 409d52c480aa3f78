import EndToEndHarness
import Foundation
import Testing

/// Controls of the judge: it must object to what is wrong, or its consent means nothing.
struct DiskComparisonTests {
    private static let size = 8 << 20
    private static let fileSystem = 1 << 20..<7 << 20

    /// A disk with noise at both ends and an ext4 with one file in between.
    private func capturedDisk(in directory: TemporaryDirectory) throws -> String {
        let path = directory.file("captured")
        var bytes = [UInt8](repeating: 0, count: Self.size)
        for index in 0..<4096 {
            bytes[index] = UInt8(truncatingIfNeeded: index &* 31 &+ 7)
            bytes[Self.size - 1 - index] = UInt8(truncatingIfNeeded: index &* 17 &+ 5)
        }
        try Data(bytes).write(to: URL(filePath: path))
        let tree = directory.file("tree")
        try FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: false)
        try Data(repeating: 0x42, count: 300_000).write(to: URL(filePath: tree + "/file"))
        let loop = try LoopDevice(path, range: Self.fileSystem, writable: true)
        try Command("mkfs.ext4", "-q", "-E", "nodiscard", "-d", tree, loop.path).run()
        return path
    }

    private func compare(
        adapted: [Range<Int>] = [], changing change: (inout Data, UsedMap) throws -> Void
    ) throws -> DiskComparison {
        let directory = try TemporaryDirectory()
        let captured = try capturedDisk(in: directory)
        let map = try UsedMap(disk: captured, fileSystems: [("partclone.extfs", Self.fileSystem)])
        var restored = try Data(contentsOf: URL(filePath: captured))
        try change(&restored, map)
        try restored.write(to: URL(filePath: directory.file("restored")))
        return try DiskComparison(
            captured: captured, restored: directory.file("restored"), map: map, adapted: adapted)
    }

    @Test("the same disk, and one with zeros where nothing is in use, are equal")
    func equal() throws {
        let result = try compare { disk, map in
            for range in map.free { disk.replaceSubrange(range, with: Data(count: range.count)) }
            disk.append(Data(count: 1 << 20))
        }
        #expect(result.isEqual, "\(result.summary)")
        #expect(result.usedBytes > 300_000 + 2 << 20)
        #expect(result.usedBytes + result.unusedBytes == Self.size + 1 << 20)
    }

    @Test("one flipped bit in use is found", arguments: [0, 4095, 8 << 20 - 1, 1 << 20 + 1080])
    func flippedBit(_ place: Int) throws {
        let result = try compare { disk, _ in disk[place] ^= 0x10 }
        #expect(result.wrong.count == 1)
        #expect(result.wrong.first?.contains(place) == true)
    }

    @Test("old data of the target in free space, and behind the source's end, is found")
    func staleData() throws {
        let result = try compare { disk, map in
            let place = try #require(map.free.last).upperBound - 1
            disk[place] = 0xA5
            disk.append(Data(repeating: 0xA5, count: 512))
        }
        #expect(result.wrong.isEmpty)
        #expect(result.stale.count == 2)
    }

    @Test("an adapted range may differ, the byte beside it may not")
    func adapted() throws {
        let result = try compare(adapted: [446..<510]) { disk, _ in
            disk[446] ^= 1
            disk[509] ^= 1
        }
        #expect(result.isEqual)
        let other = try compare(adapted: [446..<510]) { disk, _ in disk[510] ^= 1 }
        #expect(other.wrong == [510..<512])
    }
}
