package import Buffers
internal import LinuxSystem
internal import RepositoryFormat
internal import Synchronization

/// A repository's objects as files of a directory: a local disk, a USB disk, an NFS mount.
///
/// Durable write: temporary name, write, length check, fsync, rename, fsync of the folder.
package final class DirectoryStore: WritableObjectStore {
    package let location: String
    private let temporaryNames = Atomic<UInt64>(0)
    /// Folders known to exist durably.
    private let folders = Mutex<Set<String>>([])

    /// False only for made-up repositories of tests and benches: nothing waits for the disk, nothing survives a power cut.
    let isDurable: Bool
    package let condemned = CondemnedNames()

    /// Names the directory; it need not exist yet.
    package init(_ path: String, isDurable: Bool = true) {
        self.isDurable = isDurable
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        location = path
    }

    package func path(of name: String) -> String {
        precondition(ObjectName.isSafe(name), "unsafe object name \(name)")
        return "\(location)/\(name)"
    }

    package func read(_ name: String, limit: Int) throws(StoreError) -> [UInt8] {
        do {
            let file = try FileDescriptor(path(of: name))
            let size = try file.status().sizeInBytes
            guard size <= UInt64(limit) else {
                throw StoreError(.wrongLength, "\(path(of: name)) holds \(size) bytes; at most \(limit) are expected.")
            }
            guard size > 0 else { return [] }
            let buffer = AlignedBuffer(capacity: Int(size))
            let count = try file.read(into: buffer.all, at: 0)
            return buffer.all[0..<count].withBytes { Array($0) }
        } catch { throw storeError(error, reading: name) }
    }

    package func read(_ name: String, at offset: UInt64, into slice: BufferSlice) throws(StoreError) {
        do {
            let file = try FileDescriptor(path(of: name))
            let count = try file.read(into: slice, at: offset)
            guard count == slice.count else {
                throw StoreError(
                    .wrongLength,
                    "\(path(of: name)) ends at byte \(offset + UInt64(count)); \(slice.count - count) bytes are missing."
                )
            }
        } catch { throw storeError(error, reading: name) }
    }

    package func length(of name: String) throws(StoreError) -> UInt64? {
        do { return try Files.status(path(of: name))?.sizeInBytes } catch { throw storeError(error, reading: name) }
    }

    package func list(_ prefix: String) throws(StoreError) -> [String] {
        let folder = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        let root = path(of: folder)
        guard Files.exists(root) else { return [] }
        do {
            return try Files.filesBelow(root).map { "\(folder)/\($0)" }.filter { ObjectName.isSafe($0) }
        } catch { throw storeError(error, reading: prefix) }
    }

    /// Paths below the location of files that a writer made and did not publish: one that runs now, or one that was killed.
    package func temporaryFiles() throws(StoreError) -> [String] {
        do {
            return try Files.filesBelow(location).filter { Files.lastComponent(of: $0).hasPrefix(".tmp-") }.sorted()
        } catch { throw storeError(error, reading: ObjectName.repository) }
    }

    package func create(_ name: String, _ parts: [BufferSlice]) throws(StoreError) -> Bool {
        try place(
            name,
            write: { file throws(SystemCallError) in
                var offset: UInt64 = 0
                for part in parts {
                    let done = offset == 0 ? try Self.writePastCache(part, to: file.path) : 0
                    try file.write(part[done..<part.count], at: offset + UInt64(done))
                    offset += UInt64(part.count)
                }
                return offset
            }
        ) { temporary, final throws(SystemCallError) in try Files.renameUnlessExists(temporary, to: final) }
    }

    /// Writes the whole blocks of a large object, a pack, past the page cache; answers how many bytes those are.
    private static func writePastCache(_ part: BufferSlice, to path: String) throws(SystemCallError) -> Int {
        let count = part.count / DirectFile.alignment * DirectFile.alignment
        let worthwhile = 1 << 20  // below, opening the file once more costs more than the cache
        guard count >= worthwhile, let file = try DirectFile(path) else { return 0 }
        return try file.write(part[0..<count], at: 0) ? count : 0
    }

    package func create(_ name: String, _ bytes: [UInt8]) throws(StoreError) -> Bool {
        try place(
            name,
            write: { file throws(SystemCallError) in
                try file.write(bytes, at: 0)
                return UInt64(bytes.count)
            }
        ) { temporary, final throws(SystemCallError) in try Files.renameUnlessExists(temporary, to: final) }
    }

    package func replace(_ name: String, _ bytes: [UInt8]) throws(StoreError) {
        _ = try place(
            name,
            write: { file throws(SystemCallError) in
                try file.write(bytes, at: 0)
                return UInt64(bytes.count)
            }
        ) { temporary, final throws(SystemCallError) in
            try Files.rename(temporary, to: final)
            return true
        }
    }

    package func ensureAll(_ objects: [(name: String, bytes: [UInt8])]) throws(StoreError) -> [String] {
        var made: [(temporary: String, name: String)] = []
        for object in objects {
            try spare(object.name)
            // One that cannot be read is mended like one that reads wrong.
            if let found = try? read(object.name, limit: object.bytes.count), found == object.bytes { continue }
            try makeFolder(of: object.name)
            let temporary = temporaryPath(beside: path(of: object.name))
            do {
                let file = try FileDescriptor(temporary, [.write, .createNew])
                try file.write(object.bytes, at: 0)
            } catch {
                for (temporary, _) in made { _ = try? Files.remove(temporary) }  // garbage; the first error matters
                throw storeError(error, writing: object.name)
            }
            made.append((temporary, object.name))
        }
        guard !made.isEmpty else { return [] }
        do {
            // One wait for all contents, then one for each folder's names.
            if isDurable {
                if made.count > 16 {
                    try Files.synchronizeFileSystem(of: location)
                } else {
                    for (temporary, _) in made { try FileDescriptor(temporary).synchronize() }
                }
            }
            for (temporary, name) in made where try !Files.renameUnlessExists(temporary, to: path(of: name)) {
                // There, and not with these bytes: mended.
                try Files.rename(temporary, to: path(of: name))
            }
            if isDurable {
                for folder in Set(made.map { Files.parent(of: path(of: $0.name)) }) {
                    try Files.synchronizeDirectory(folder)
                }
            }
        } catch { throw storeError(error, writing: made[0].name) }
        return made.map(\.name)
    }

    package func exclusively<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        let lock = try self.lock("locks/\(name)")
        // The lock is held for as long as its descriptor is open.
        defer { extendLifetime(lock) }
        return try body()
    }

    /// Takes the same lock for longer than a closure runs. Throws `locked`.
    package func hold(_ name: String) throws(StoreError) -> HeldLock { HeldLock(try lock("locks/\(name)")) }

    /// Begins an object whose bytes come piece by piece; nobody sees it before `publish`.
    package func stage(_ name: String) throws(StoreError) -> StagedObject {
        try makeFolder(of: name)
        do {
            return try StagedObject(name: name, path: temporaryPath(beside: path(of: name)))
        } catch { throw storeError(error, writing: name) }
    }

    /// Makes a staged object durable and visible; one that is there already is replaced by these same bytes.
    package func publish(_ object: StagedObject, as name: String) throws(StoreError) {
        try spare(name)
        do {
            try object.synchronize()
            try Files.rename(object.path, to: path(of: name))
            try Files.synchronizeDirectory(Files.parent(of: path(of: name)))
        } catch { throw storeError(error, writing: name) }
    }

    private func lock(_ name: String) throws(StoreError) -> FileDescriptor {
        try makeFolder(of: name)
        do {
            let file = try FileDescriptor(path(of: name), [.write, .create])
            guard try file.lockExclusively() else {
                throw StoreError(
                    .locked,
                    "Another process writes to \(location) now (\(name) is locked). Nothing was changed. "
                        + "Wait until it is done and try again.")
            }
            return file
        } catch { throw storeError(error, writing: name) }
    }

    private func temporaryPath(beside final: String) -> String {
        let number = temporaryNames.add(1, ordering: .relaxed).newValue
        let time = Clocks.monotonicNanoseconds
        return "\(Files.parent(of: final))/.tmp-\(RunningSystem.processID)-\(number)-\(time)"
    }

    /// The durable write of one object.
    private func place(
        _ name: String, write: (borrowing FileDescriptor) throws(SystemCallError) -> UInt64,
        publish: (String, String) throws(SystemCallError) -> Bool
    ) throws(StoreError) -> Bool {
        let final = path(of: name)
        try makeFolder(of: name)
        let folder = Files.parent(of: final)
        let temporary = temporaryPath(beside: final)
        do {
            let file = try FileDescriptor(temporary, [.write, .createNew])
            let length = try write(file)
            if isDurable { try file.synchronize() }
            let found = try file.status().sizeInBytes
            guard found == length else {
                throw StoreError(.inputOutput, "\(temporary) holds \(found) bytes after \(length) were written.")
            }
            let published = try publish(temporary, final)
            if !published { _ = try Files.remove(temporary) }
            if isDurable { try Files.synchronizeDirectory(folder) }
            return published
        } catch {
            // The temporary file is garbage; failing to remove it must not hide the error that matters.
            _ = try? Files.remove(temporary)
            throw storeError(error, writing: name)
        }
    }

    /// Makes the folders of an object durable before anything is put in them.
    func makeFolder(of name: String) throws(StoreError) {
        var folder = location
        do {
            if !folders.withLock({ $0.contains(folder) }) {
                try Files.makeDirectories(folder)
                folders.withLock { _ = $0.insert(folder) }
            }
            for part in name.split(separator: "/").dropLast() {
                let parent = folder
                folder += "/\(part)"
                guard !folders.withLock({ $0.contains(folder) }) else { continue }
                try Files.makeDirectories(folder)
                if isDurable { try Files.synchronizeDirectory(parent) }
                folders.withLock { _ = $0.insert(folder) }
            }
        } catch { throw storeError(error, writing: name) }
    }

    private func storeError(_ error: any Error, reading name: String) -> StoreError {
        guard let call = error as? SystemCallError else { return error as? StoreError ?? unexpected(error, name) }
        if call.isNotFound { return StoreError(.notFound, "\(path(of: name)) does not exist.") }
        let code: StoreError.Code = call.isDenied ? .denied : .inputOutput
        return StoreError(code, "\(path(of: name)) cannot be read: \(call.reason).", cause: call)
    }

    func storeError(_ error: any Error, writing name: String) -> StoreError {
        guard let call = error as? SystemCallError else { return error as? StoreError ?? unexpected(error, name) }
        let advice = call.isOutOfSpace ? " Free room there and run the command again." : ""
        return StoreError(
            call.isDenied ? .denied : .inputOutput,
            "\(location)/\(name) cannot be written: \(call.reason). No moment was added; what was listed before is untouched."
                + advice, cause: call)
    }

    private func unexpected(_ error: any Error, _ name: String) -> StoreError {
        StoreError(.inputOutput, "\(location)/\(name): \(error)")
    }
}
