package import Buffers
internal import Synchronization

/// A file opened a second time with `O_DIRECT`, for requests that bypass the page cache.
///
/// Image files that a restore writes, and packs that a capture writes, are read once more at most, so caching them only
/// costs time (docs/performance.md has the measurement); and what is read back for verification must come from the medium.
/// Requests of whole 4096-byte blocks go this way, the caller sends others through the page cache; no block may be
/// touched by both ways at once.
package final class DirectFile: Sendable {
    /// Of offset, length and memory; every file system that offers direct I/O takes it.
    package static let alignment = 4_096

    private let descriptor: FileDescriptor
    /// Some file systems open the file and refuse the request.
    private let isRefused = Atomic<Bool>(false)

    /// Opens `path`, which exists, for reading and writing; nil where the file system does not offer direct I/O.
    package init?(_ path: String) throws(SystemCallError) {
        do throws(SystemCallError) {
            descriptor = try FileDescriptor(path, [.write, .direct])
        } catch {
            if error.isUnsupported { return nil }
            throw error
        }
    }

    /// False when the request must go through the page cache; nothing was read then.
    package func read(into slice: BufferSlice, at offset: UInt64) throws(SystemCallError) -> Bool {
        try attempt(slice, offset) { () throws(SystemCallError) in try descriptor.readFully(into: slice, at: offset) }
    }

    /// False when the request must go through the page cache; what was written then is a part of the request.
    package func write(_ slice: BufferSlice, at offset: UInt64) throws(SystemCallError) -> Bool {
        try attempt(slice, offset) { () throws(SystemCallError) in try descriptor.write(slice, at: offset) }
    }

    private func attempt(
        _ slice: BufferSlice, _ offset: UInt64, _ request: () throws(SystemCallError) -> Void
    ) throws(SystemCallError) -> Bool {
        guard !isRefused.load(ordering: .relaxed), isAligned(slice, offset) else { return false }
        do throws(SystemCallError) {
            try request()
            return true
        } catch {
            guard error.isUnsupported else { throw error }
            isRefused.store(true, ordering: .relaxed)
            return false
        }
    }

    private func isAligned(_ slice: BufferSlice, _ offset: UInt64) -> Bool {
        let address = slice.withBytes { UInt(bitPattern: $0.baseAddress) }
        return (UInt64(address) | offset | UInt64(slice.count)) % UInt64(Self.alignment) == 0
    }
}
