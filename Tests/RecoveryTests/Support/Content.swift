import Buffers
import LinuxSystem
import Testing

/// Disk contents for tests: the same for the same seed.
enum Content {
    /// Bytes without a pattern (xorshift64).
    static func random(_ count: Int, seed: UInt64) -> [UInt8] {
        precondition(count % 8 == 0)
        var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { raw in
            for offset in stride(from: 0, to: count, by: 8) {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                raw.storeBytes(of: state, toByteOffset: offset, as: UInt64.self)
            }
        }
        return bytes
    }

    /// Data, holes and the same data twice, from the first sector to the last.
    static func disk(megabytes: Int, seed: UInt64) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: megabytes << 20)
        func put(_ new: [UInt8], at offset: Int) { bytes.replaceSubrange(offset..<offset + new.count, with: new) }
        let size = bytes.count
        put(random(16 << 10, seed: seed), at: 0)
        put(random(size / 4, seed: seed + 1), at: size / 8)
        let twice = random(512 << 10, seed: seed + 2)
        put(twice, at: size / 2)
        put(twice, at: size / 2 + (1 << 20) + 4096)
        put(random(4096, seed: seed + 3), at: size * 3 / 4)
        put(random(32 << 10, seed: seed + 4), at: size - (32 << 10))
        return bytes
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try FileDescriptor(path, [.write, .create, .truncate])
        try file.write(bytes, at: 0)
    }

    static func read(_ path: String) throws -> [UInt8] {
        let size = Int(try #require(try Files.status(path)?.sizeInBytes))
        let buffer = AlignedBuffer(capacity: max(size, 1))
        let file = try FileDescriptor(path)
        let count = try file.read(into: buffer[0..<size], at: 0)
        return buffer[0..<count].withBytes { Array($0) }
    }

    /// Flips one bit of a file.
    static func damage(_ path: String, at offset: UInt64) throws {
        let file = try FileDescriptor(path, [.write])
        let byte = AlignedBuffer(capacity: 1)
        _ = try file.read(into: byte.all, at: offset)
        try file.write([byte.all.withBytes { $0[0] } ^ 0x40], at: offset)
    }
}
