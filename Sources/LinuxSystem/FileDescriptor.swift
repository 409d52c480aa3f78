package import Buffers
internal import CLinuxShim
internal import Glibc
internal import Synchronization

/// Owner of one open file (`open(2)`), closed when it goes out of use. Calls may come from several threads.
package struct FileDescriptor: ~Copyable, Sendable {
    /// How to open. Reading is always possible but with `writeOnly`; `O_CLOEXEC` is always set.
    package struct Options: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let write = Options(LINUX_OPEN_WRITE)
        /// What cannot be read: files of sysfs that take commands.
        package static let writeOnly = Options(LINUX_OPEN_WRITE_ONLY)
        /// `O_DIRECT`: offset, length and memory must be multiples of the logical sector size.
        package static let direct = Options(LINUX_OPEN_DIRECT)
        /// `O_EXCL` on a block device: fails with `EBUSY` while anything has it mounted, held or opened like this.
        package static let exclusive = Options(LINUX_OPEN_EXCLUSIVE)
        package static let create = Options(LINUX_OPEN_CREATE)
        /// Fails with `EEXIST` when something has that name.
        package static let createNew = Options(LINUX_OPEN_CREATE_NEW)
        /// Fails with `ELOOP` when the last part of the path is a symbolic link.
        package static let noFollow = Options(LINUX_OPEN_NO_FOLLOW)
        package static let directory = Options(LINUX_OPEN_DIRECTORY)
        package static let truncate = Options(LINUX_OPEN_TRUNCATE)
        package static let append = Options(LINUX_OPEN_APPEND)
        package static let nonBlocking = Options(LINUX_OPEN_NON_BLOCKING)

        private init(_ bits: Int) { rawValue = UInt32(bits) }
    }

    let number: Int32
    /// The path it was opened by, for messages.
    package let path: String
    /// Whether `lockExclusively` has succeeded.
    let isLocked = Atomic(false)

    /// Opens `path`; a file made by `.create` or `.createNew` gets `mode` less the umask.
    package init(_ path: String, _ options: Options = [], mode: UInt32 = 0o644) throws(SystemCallError) {
        number = Int32(
            try kernel("open", path) { path.withCString { linux_open($0, options.rawValue, mode) } })
        self.path = path
    }

    /// Takes over an open descriptor.
    init(owning number: Int32, path: String) {
        self.number = number
        self.path = path
    }

    /// An unnamed file in memory (`memfd_create(2)`), sparse, gone with its owner.
    package static func inMemory(name: String) throws(SystemCallError) -> FileDescriptor {
        let number = try kernel("memfd_create", name) { name.withCString { linux_memory_file($0) } }
        return FileDescriptor(owning: Int32(number), path: "/proc/self/fd/\(number)")
    }

    deinit {
        // A process that another thread is starting has a copy of every descriptor until its program begins, and closing ours
        // would leave the lock with it. Unlocking ends it for all copies.
        if isLocked.load(ordering: .relaxed) { _ = linux_unlock(number) }
        close(number)
    }

    /// Lends the descriptor's number to a C library that must not close it. Valid inside `body` only.
    package func withNumber<Result: ~Copyable, Failure: Error>(
        _ body: (Int32) throws(Failure) -> Result
    ) throws(Failure) -> Result { try body(number) }

    /// Reads from `offset` until the slice is full or the file ends; answers the number of bytes (`pread(2)`).
    package func read(into slice: BufferSlice, at offset: UInt64) throws(SystemCallError) -> Int {
        try slice.withMutableBytes { (bytes) throws(SystemCallError) in try read(into: bytes, at: offset) }
    }

    /// Fills the whole slice from `offset`; an earlier end of the file is an error with `isEndOfFile`.
    package func readFully(into slice: BufferSlice, at offset: UInt64) throws(SystemCallError) {
        guard try read(into: slice, at: offset) == slice.count else {
            throw SystemCallError(call: "pread", number: ENODATA, path: path)
        }
    }

    /// Writes the whole slice at `offset` (`pwrite(2)`).
    package func write(_ slice: BufferSlice, at offset: UInt64) throws(SystemCallError) {
        try slice.withBytes { (bytes) throws(SystemCallError) in try write(bytes, at: offset) }
    }

    /// Writes the whole array at `offset`.
    package func write(_ bytes: [UInt8], at offset: UInt64) throws(SystemCallError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(SystemCallError) in
            try write(UnsafeRawBufferPointer(bytes), at: offset)
        }
    }

    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemCallError) -> Int {
        var done = 0
        while done < bytes.count {
            let count = try kernel("pread", path) {
                answer(pread(number, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset) + done))
            }
            if count == 0 { break }
            done += Int(count)
        }
        return done
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemCallError) {
        var done = 0
        while done < bytes.count {
            done += Int(
                try kernel("pwrite", path) {
                    answer(
                        pwrite(number, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset) + done))
                })
        }
    }
}
