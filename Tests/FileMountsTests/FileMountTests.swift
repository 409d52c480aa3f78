import Buffers
import FileMounts
import LinuxSystem
import Synchronization
import Testing

/// Bytes in memory that can be told to fail at a place.
private final class MemoryContent: MountedContent {
    let bytes: Mutex<[UInt8]>
    let bad: Range<UInt64>

    init(_ bytes: [UInt8], bad: Range<UInt64> = 0..<0) {
        self.bytes = Mutex(bytes)
        self.bad = bad
    }

    var sizeInBytes: UInt64 { bytes.withLock { UInt64($0.count) } }

    func read(into slice: BufferSlice, at offset: UInt64) throws {
        if bad.overlaps(offset..<offset + UInt64(slice.count)) { throw Failure() }
        bytes.withLock { bytes in
            slice.withMutableBytes { $0.copyBytes(from: bytes[Int(offset)..<Int(offset) + slice.count]) }
        }
    }

    func write(_ slice: BufferSlice, at offset: UInt64) throws {
        if bad.overlaps(offset..<offset + UInt64(slice.count)) { throw Failure() }
        let written = slice.withBytes { Array($0) }
        bytes.withLock { $0.replaceSubrange(Int(offset)..<Int(offset) + written.count, with: written) }
    }

    struct Failure: Error {}
}

@Suite("A file whose bytes come from this process")
struct FileMountTests {
    private func withMount(_ content: MemoryContent, _ body: (FileMount) throws -> Void) throws {
        let directory =
            "/run/lifeboat/mount-test-" + (try RunningSystem.randomBytes(6)).map { String($0, radix: 16) }.joined()
        do {
            let mount = try FileMount(content, name: "disk", at: directory)
            try body(mount)
            extendLifetime(mount)
        }
        #expect(!Files.exists(directory), "it is still mounted")
    }

    private func shell(_ script: String) throws -> (isSuccess: Bool, text: String) {
        let result = try ChildProcess.run(["bash", "-c", "set -e; \(script)"])
        return (result.status.isSuccess, String(decoding: result.output, as: UTF8.self) + result.errorText)
    }

    private func fails(_ script: String) throws -> Bool { try !shell(script).isSuccess }

    private static let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }

    @Test("programs read exactly these bytes, at any place and over the end")
    func reads() throws {
        let content = MemoryContent(Self.bytes)
        try withMount(content) { (mount) throws in
            let copy = try ChildProcess.run(["cat", mount.path])
            #expect(copy.output == Self.bytes)
            let part = try ChildProcess.run(["tail", "-c", "5", mount.path])
            #expect(part.output == Array(Self.bytes.suffix(5)))
            #expect(try shell("stat -c %s '\(mount.path)'").text == "3000001\n")
        }
    }

    @Test("what programs write arrives, and is read again")
    func writes() throws {
        let content = MemoryContent(Self.bytes)
        try withMount(content) { (mount) throws in
            let result = try shell(
                "head -c 1500000 /dev/zero | tr '\\0' Z | dd of='\(mount.path)' bs=1000 seek=777 conv=notrunc,fsync status=none"
            )
            #expect(result.isSuccess, "\(result.text)")
            var expected = Self.bytes
            expected.replaceSubrange(777_000..<2_277_000, with: repeatElement(UInt8(ascii: "Z"), count: 1_500_000))
            #expect(content.bytes.withLock { $0 == expected })
            #expect(try ChildProcess.run(["cat", mount.path]).output == expected)
        }
    }

    @Test("the file may be made shorter and not longer, and nothing is written beyond its end")
    func truncates() throws {
        try withMount(MemoryContent(Self.bytes)) { (mount) throws in
            #expect(try shell("truncate -s 4096 '\(mount.path)'; stat -c %s '\(mount.path)'").text == "4096\n")
            #expect(mount.sizeInBytes == 4_096)
            #expect(try fails("truncate -s 8192 '\(mount.path)'"))
            #expect(try fails("printf x | dd of='\(mount.path)' bs=1 seek=4096 conv=notrunc status=none"))
            #expect(try ChildProcess.run(["cat", mount.path]).output == Array(Self.bytes.prefix(4_096)))
        }
    }

    @Test("a failure of the content is an error of the program, and the file lives on")
    func failures() throws {
        try withMount(MemoryContent(Self.bytes, bad: 2_000_000..<2_000_001)) { (mount) throws in
            let read = try shell("dd if='\(mount.path)' of=/dev/null bs=4096 skip=488 count=1 iflag=direct status=none")
            #expect(!read.isSuccess && read.text.contains("Input/output error"), "\(read.text)")
            let write = try shell("printf x | dd of='\(mount.path)' bs=1 seek=2000000 conv=notrunc status=none")
            #expect(!write.isSuccess && write.text.contains("Input/output error"), "\(write.text)")
            #expect(try ChildProcess.run(["head", "-c", "1000", mount.path]).output == Array(Self.bytes.prefix(1_000)))
        }
    }

    @Test("no other name is in the directory")
    func otherNames() throws {
        try withMount(MemoryContent([1, 2, 3])) { (mount) throws in
            #expect(try fails("cat '\(mount.path)x'"))
            #expect(try fails("touch '\(mount.path)x'"))
        }
    }

    @Test("where nothing can be mounted, the error says on what, and nothing stays behind")
    func noDirectory() throws {
        let error = #expect(throws: SystemCallError.self) {
            try FileMount(MemoryContent([1]), name: "disk", at: "/proc/lifeboat")
        }
        #expect(error?.path == "/proc/lifeboat")
    }
}
