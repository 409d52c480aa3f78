import Foundation

/// Bytes of disks and image files. Descriptors are not handed down to processes that other tests start meanwhile: a
/// disk that somebody has open for writing is in use.
package enum Disk {
    /// All bytes of an image file or a block device, from the medium.
    package static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HarnessError("Cannot open \(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        posix_fadvise(descriptor, 0, 0, Int32(POSIX_FADV_DONTNEED))
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let done = pread(descriptor, buffer.baseAddress.map { $0 + count }, size - count, off_t(count))
                guard done > 0 else { throw HarnessError("\(path) ends at byte \(count) of \(size)") }
                count += done
            }
        }
    }

    /// Writes `bytes` at `offset`, making the file if it is missing.
    package static func write(_ bytes: [UInt8], to path: String, at offset: Int = 0) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw HarnessError("Cannot open \(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                pwrite(descriptor, raw.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
            }
            guard count > 0 else { throw HarnessError("Cannot write \(path): \(String(cString: strerror(errno)))") }
            done += count
        }
    }

    /// Flips one bit.
    package static func flip(_ path: String, at offset: Int) throws {
        let bytes = try read(path)
        guard bytes.indices.contains(offset) else { throw HarnessError("\(path) has no byte \(offset)") }
        try write([bytes[offset] ^ 0x10], to: path, at: offset)
    }

    /// Bytes without a pattern, the same for the same seed (xorshift64).
    package static func random(_ count: Int, seed: UInt64) -> [UInt8] {
        precondition(count % 8 == 0)
        var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            for offset in stride(from: 0, to: count, by: 8) {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                raw.storeBytes(of: state, toByteOffset: offset, as: UInt64.self)
            }
            initialized = count
        }
    }
}
