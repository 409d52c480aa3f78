package import Buffers
internal import LinuxSystem
internal import Synchronization

/// An object on its way into a directory store: a temporary file beside its place, gone when nobody holds it any more.
///
/// `append` and `read` throw `StoreError`; one thread at a time.
package final class StagedObject: Sendable {
    let path: String
    private let name: String
    private let file: FileDescriptor
    private let length = Atomic<UInt64>(0)

    init(name: String, path: String) throws(SystemCallError) {
        self.name = name
        self.path = path
        file = try FileDescriptor(path, [.write, .createNew])
    }

    deinit {
        // Published, it has another name by now; else it is garbage either way.
        _ = try? Files.remove(path)
    }

    /// Bytes appended so far.
    package var count: UInt64 { length.load(ordering: .relaxed) }

    package func append(_ bytes: [UInt8]) throws(StoreError) {
        do { try file.write(bytes, at: count) } catch { throw failed("written", error) }
        length.add(UInt64(bytes.count), ordering: .relaxed)
    }

    /// Exactly the bytes from `offset` that fill `slice`.
    package func read(into slice: BufferSlice, at offset: UInt64) throws(StoreError) {
        do { try file.readFully(into: slice, at: offset) } catch { throw failed("read", error) }
    }

    func synchronize() throws(SystemCallError) { try file.synchronize() }

    private func failed(_ what: String, _ error: SystemCallError) -> StoreError {
        StoreError(.inputOutput, "\(name) cannot be \(what): \(error.reason).", cause: error)
    }
}

/// A lock of a directory store, held for as long as this lives.
package final class HeldLock: Sendable {
    private let file: FileDescriptor

    init(_ file: consuming FileDescriptor) { self.file = file }
}
