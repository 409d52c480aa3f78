import BlockDevices
import Buffers
import LinuxSystem
import Testing

@Suite("Raw disks in files")
struct RawDiskFileTests {
    let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test("a target is created sparse at its size, holds what was written, and reads zeros elsewhere")
    func create() throws {
        let disk = try RawDisk.openTarget(scratch["new.img"], sizeIfAbsent: 16 << 20)
        #expect(disk.geometry == DiskGeometry(sizeInBytes: 16 << 20))
        try disk.write(buffer(4096) { _ in 0xA5 }, at: 12 << 20)
        try disk.flush()
        disk.forgetCache(of: 0..<16 << 20)
        #expect(try disk.bytes(12 << 20, 4096).allSatisfy { $0 == 0xA5 })
        #expect(try disk.bytes(0, 4096).allSatisfy { $0 == 0 })
        let status = try #require(try Files.status(scratch["new.img"]))
        #expect(status.sizeInBytes == 16 << 20)
        #expect(status.allocatedBytes < 1 << 20)
    }

    @Test("an existing target keeps its size and its content")
    func existing() throws {
        try image(scratch["old.img"], mebibytes: 4)
        let size: UInt64 = 8 << 20
        #expect(try RawDisk.openTarget(scratch["old.img"], sizeIfAbsent: size).geometry.sizeInBytes == 4 << 20)
    }

    @Test("whole blocks written past the page cache and sectors written through it are seen by everybody")
    func mixedAlignment() throws {
        let disk = try RawDisk.openTarget(scratch["mixed.img"], sizeIfAbsent: 1 << 20)
        // Sectors before, blocks, a block of memory that is not aligned, sectors behind, the blocks once more.
        let writes: [(offset: UInt64, count: Int, from: Int)] = [
            (512, 3_584, 0), (4_096, 8_192, 0), (12_288, 4_096, 512), (16_384, 1_536, 0), (8_192, 8_192, 4_096),
        ]
        var expected = [UInt8](repeating: 0, count: 1 << 20)
        let content = buffer(16_384) { UInt8(truncatingIfNeeded: $0 * 7 + 1) }
        for write in writes {
            let slice = content[write.from..<write.from + write.count]
            try disk.write(slice, at: write.offset)
            let start = Int(write.offset)
            expected.replaceSubrange(start..<start + write.count, with: slice.withBytes { Array($0) })
            #expect(try disk.bytes(0, 32_768) == Array(expected[..<32_768]))
            #expect(try disk.bytes(512, 512) == Array(expected[512..<1_024]))
        }
        try disk.flush()
        #expect(try RawDisk.openSource(scratch["mixed.img"]).bytes(0, 1 << 20) == expected)
    }

    @Test("data is found between holes and bounded by the range asked for")
    func nextData() throws {
        let disk = try RawDisk.openTarget(scratch["s.img"], sizeIfAbsent: 8 << 20)
        try disk.write(buffer(1 << 20) { _ in 1 }, at: 2 << 20)
        try disk.flush()
        let source = try RawDisk.openSource(scratch["s.img"])
        #expect(try source.nextData(in: 0..<8 << 20) == 2 << 20..<3 << 20)
        #expect(try source.nextData(in: (2 << 20) + 4096..<(2 << 20) + 8192) == (2 << 20) + 4096..<(2 << 20) + 8192)
        #expect(try source.nextData(in: 3 << 20..<8 << 20) == nil)
        #expect(try source.nextData(in: 0..<2 << 20) == nil)
    }

    @Test("zeroing gives room back, touches nothing beside it, and works without holes", arguments: [false, true])
    func zero(withoutHoles: Bool) throws {
        let path = scratch["z.img"]
        let disk = try RawDisk.openTarget(path, sizeIfAbsent: 4 << 20)
        try disk.write(buffer(4 << 20) { _ in 0xA5 }, at: 0)
        let script: FaultScript.Script = { call, on in withoutHoles && call == "fallocate" && on == path ? 95 : nil }
        try FaultScript.with(script) { try disk.zero(1000..<(3 << 20) + 1) }
        #expect(try disk.bytes(0, 1000).allSatisfy { $0 == 0xA5 })
        #expect(try disk.bytes(1000, (3 << 20) + 1 - 1000).allSatisfy { $0 == 0 })
        #expect(try disk.bytes((3 << 20) + 1, (1 << 20) - 1).allSatisfy { $0 == 0xA5 })
        try disk.flush()
        let allocated = try #require(try Files.status(path)).allocatedBytes
        #expect(withoutHoles ? allocated >= 4 << 20 : allocated < 2 << 20)
    }

    @Test("requests that leave the disk are refused with both sizes")
    func bounds() throws {
        let disk = try RawDisk.openTarget(scratch["b.img"], sizeIfAbsent: 1 << 20)
        let sector = buffer(512) { _ in 1 }
        try disk.write(sector, at: (1 << 20) - 512)
        for offset: UInt64 in [(1 << 20) - 511, 1 << 20, .max, .max - 100] {
            let error = #expect(throws: BlockDeviceError.self) { try disk.write(sector, at: offset) }
            #expect(error?.code == .outOfBounds)
            #expect(error?.message.contains("1048576") == true)
            #expect(throws: BlockDeviceError.self) { try disk.read(into: sector, at: offset) }
        }
        #expect(throws: BlockDeviceError.self) { try disk.zero(0..<(1 << 20) + 1) }
    }

    @Test("what is no disk is refused", arguments: [0, 511, 513, 1_000_001])
    func sizes(size: UInt64) throws {
        try FileDescriptor(scratch["odd.img"], [.write, .createNew]).truncate(to: size)
        let error = #expect(throws: BlockDeviceError.self) { _ = try RawDisk.openSource(scratch["odd.img"]) }
        #expect(error?.code == .notADisk)
        #expect(error?.message.contains("\(size) bytes") == true)
    }

    @Test("missing files, directories and character devices are told apart")
    func kinds() throws {
        func code(_ path: String) -> BlockDeviceError.Code? {
            #expect(throws: BlockDeviceError.self) { _ = try RawDisk.openSource(path) }?.code
        }
        #expect(code(scratch["none"]) == .notFound)
        #expect(code(scratch.path) == .notADisk)
        #expect(code("/dev/null") == .notADisk)
    }

    @Test("an input/output error of the kernel arrives as such, with the place")
    func inputOutput() throws {
        let path = scratch["e.img"]
        let disk = try RawDisk.openTarget(path, sizeIfAbsent: 1 << 20)
        let error = FaultScript.with({ call, on in call == "pread" && on == path ? 5 : nil }) {
            #expect(throws: BlockDeviceError.self) { try disk.bytes(8192, 4096) }
        }
        #expect(error?.code == .inputOutput)
        #expect(error?.message == "Cannot read 4096 bytes at 8192 of \(path): Input/output error (pread).")
    }
}
