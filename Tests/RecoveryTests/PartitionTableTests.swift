import LinuxSystem
import Recovery
import Repository
import Testing

/// GPTs made and judged by sgdisk and fdisk, on image files.
@Suite("GPT on larger disks")
struct PartitionTableTests {
    private static let size = 16 << 20

    private func run(_ arguments: [String]) throws -> (isClean: Bool, text: String) {
        let result = try ChildProcess.run(arguments)
        return (
            result.status.isSuccess,
            String(decoding: result.output, as: UTF8.self) + String(decoding: result.errorOutput, as: UTF8.self)
        )
    }

    /// A disk with a GPT of two partitions and data in them, made by sgdisk.
    private func partitioned(_ scratch: ScratchDirectory) throws -> [UInt8] {
        let path = scratch["source.img"]
        try Content.write([UInt8](repeating: 0, count: Self.size), to: path)
        let made = try run([
            "sgdisk", "-n1:2048:+1M", "-t1:ef02", "-n2:0:+8M", "-c2:root", "-g", path,
        ])
        #expect(made.isClean, "\(made.text)")
        var bytes = try Content.read(path)
        bytes.replaceSubrange(2 << 20..<6 << 20, with: Content.random(4 << 20, seed: 9))
        return bytes
    }

    /// Restores disk 0 of `host` to an image of `size` bytes full of 0xA5.
    private func restore(_ host: TestHost, size: Int) throws -> (path: String, report: RestoreReport) {
        let path = host.scratch["target.img"]
        try Content.write([UInt8](repeating: 0xa5, count: size), to: path)
        var request = try host.request()
        request.mapping = [DiskAssignment(source: 0, target: path)]
        return (path, try Restore.prepare(request).run(confirmations: [path]))
    }

    /// Fails unless target and source differ exactly inside the ranges that the report lists as adapted.
    private func checkAdapted(_ host: TestHost, _ path: String, _ report: RestoreReport) throws {
        var expected = host.expected(size: Int(report.disks[0].targetSizeInBytes))
        let found = try Content.read(path)
        for range in report.adapted {
            let bytes = Int(range.offset)..<Int(range.offset + range.length)
            expected.replaceSubrange(bytes, with: found[bytes])
        }
        #expect(found == expected)
    }

    @Test(
        "the backup moves to the end of a larger disk and sgdisk finds no problem",
        arguments: [
            16 << 20, 20 << 20, (16 << 20) + 512, (16 << 20) + 33 * 512, (17 << 20) + 1536,
        ])
    func larger(size: Int) throws {
        let scratch = try ScratchDirectory()
        let host = try TestHost([try partitioned(scratch)])
        let (path, report) = try restore(host, size: size)
        let verdict = try run(["sgdisk", "-v", path])
        #expect(verdict.text.contains("No problems found"), "\(verdict.text)")
        try checkAdapted(host, path, report)
        #expect(report.adapted.isEmpty == (size == Self.size))
        let before = try run(["sgdisk", "-p", scratch["source.img"]]).text
        let after = try run(["sgdisk", "-p", path]).text
        func partitions(_ text: String) -> ArraySlice<Substring> {
            text.split(separator: "\n").drop { !$0.hasPrefix("Number") }
        }
        #expect(partitions(before) == partitions(after) && partitions(after).count == 3)
        #expect(report.warnings.isEmpty)
    }

    @Test("the judge is not blind: an image that only grew has a misplaced backup")
    func judge() throws {
        let scratch = try ScratchDirectory()
        let path = scratch["grown.img"]
        try Content.write(try partitioned(scratch) + [UInt8](repeating: 0, count: 1 << 20), to: path)
        let verdict = try run(["sgdisk", "-v", path]).text
        #expect(!verdict.contains("No problems found"), "\(verdict)")
    }

    @Test("tables in sectors of 4096 bytes are moved as well")
    func largeSectors() throws {
        let scratch = try ScratchDirectory()
        let path = scratch["source.img"]
        try Content.write([UInt8](repeating: 0, count: Self.size), to: path)
        let made = try run(["sh", "-c", "printf 'g\\nn\\n1\\n\\n\\nw\\n' | fdisk -b 4096 '\(path)'"])
        #expect(made.text.contains("Created a new"), "\(made.text)")
        let host = try TestHost([try Content.read(path)], sectorSize: 4096)
        let target = MemoryDisk("target0", size: 24 << 20, sectorSize: 4096)
        let report = try Restore.prepare(host.request(), targets: .memory([target]))
            .run(confirmations: memoryConfirmations)
        let restored = scratch["restored.img"]
        try Content.write(target.bytes, to: restored)
        let verdict = try run(["sh", "-c", "printf 'v\\nq\\n' | fdisk -b 4096 '\(restored)'"]).text
        #expect(verdict.contains("No errors detected"), "\(verdict)")
        #expect(!verdict.contains("corrupt") && !verdict.contains("PMBR size mismatch"), "\(verdict)")
        try checkAdapted(host, restored, report)
    }

    @Test("a damaged GPT is restored as it is, with a warning")
    func damaged() throws {
        let scratch = try ScratchDirectory()
        var bytes = try partitioned(scratch)
        bytes[512 + 40] ^= 1
        let host = try TestHost([bytes])
        let (path, report) = try restore(host, size: 20 << 20)
        #expect(report.warnings.contains { $0.contains("GPT is damaged") })
        #expect(report.adapted.isEmpty)
        #expect(try Content.read(path) == host.expected(size: 20 << 20))
    }

    @Test("whatever the first and last sectors hold, the adapter stays inside the disk", arguments: UInt64(1)...8)
    func fuzzed(seed: UInt64) throws {
        let scratch = try ScratchDirectory()
        let sound = try partitioned(scratch)
        let tailStart = Self.size - (1 << 20)
        let adapter = PartitionTableAdapter(
            sourceSize: UInt64(Self.size), targetSize: 20 << 20, sectorSize: seed % 2 == 0 ? 512 : 4096)
        var random = Content.random(8 * 4_000, seed: seed).makeIterator()
        func next(_ limit: Int) -> Int {
            (0..<4).reduce(0) { value, _ in value << 8 | Int(random.next() ?? 0) } % limit
        }
        var adapted = 0
        for _ in 0..<400 {
            var head = Array(sound[..<(64 << 10)])
            for _ in 0..<next(4) {
                // Both tables' fields: MBR entries, header, first partition entries.
                head[[446 + next(66), 512 + next(92), 1024 + next(256)][next(3)]] = UInt8(next(256))
            }
            // A header whose checksum is right again gets past the first check.
            if next(2) == 0 { resealHeader(&head) }
            let result = adapter.adapt(head: head, tail: Array(sound[tailStart...]), tailStart: UInt64(tailStart))
            if !result.patches.isEmpty { adapted += 1 }
            #expect(result.patches.allSatisfy { $0.range.upperBound <= 20 << 20 })
        }
        #expect(adapted > 0, "some of them were sound")
    }

    /// CRC-32 by another way than the product's: bit by bit.
    private func resealHeader(_ head: inout [UInt8]) {
        head.replaceSubrange(528..<532, with: [0, 0, 0, 0])
        var value: UInt32 = ~0
        for byte in head[512..<604] {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
        }
        for index in 0..<4 { head[528 + index] = UInt8(truncatingIfNeeded: ~value >> (8 * UInt32(index))) }
    }

    @Test("an MBR alone is not touched")
    func masterBootRecord() throws {
        let scratch = try ScratchDirectory()
        let path = scratch["mbr.img"]
        try Content.write([UInt8](repeating: 0, count: Self.size), to: path)
        let made = try run(["sh", "-c", "echo '2048,4096,83,*' | sfdisk --label dos '\(path)'"])
        #expect(made.isClean, "\(made.text)")
        let host = try TestHost([try Content.read(path)])
        let (restored, report) = try restore(host, size: 20 << 20)
        #expect(report.adapted.isEmpty && report.warnings.isEmpty)
        #expect(try Content.read(restored) == host.expected(size: 20 << 20))
    }
}
