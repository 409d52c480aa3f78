internal import Buffers
internal import CLinuxShim
internal import Glibc

extension Files {
    /// A small file whole, also from proc and sysfs whose files tell no size. More than `limit` bytes is `EFBIG`.
    package static func contents(of path: String, limit: Int = 1 << 20) throws(SystemCallError) -> [UInt8] {
        let file = try FileDescriptor(path)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: min(limit + 1, 1 << 16))
        while true {
            let count = try piece.withUnsafeMutableBufferPointer { (room) throws(SystemCallError) in
                try file.read(into: UnsafeMutableRawBufferPointer(room), at: UInt64(bytes.count))
            }
            bytes.append(contentsOf: piece[..<count])
            guard bytes.count <= limit else { throw SystemCallError(call: "read", number: EFBIG, path: path) }
            if count < piece.count { return bytes }
        }
    }

    /// The same as text without white space around it; nil when the file is not there or cannot be read, as it is
    /// with most attributes in sysfs on most machines.
    package static func text(of path: String, limit: Int = 1 << 20) -> String? {
        // Losing the error is right: callers read optional attributes, and absence is an answer.
        guard let bytes = try? contents(of: path, limit: limit) else { return nil }
        let isSpace: (UInt8) -> Bool = { $0 == 0 || $0 == 0x20 || (0x09...0x0d).contains($0) }
        let start = bytes.drop(while: isSpace)
        let end = start.lastIndex { !isSpace($0) }
        return String(decoding: end.map { start[...$0] } ?? [], as: UTF8.self)
    }

    /// Writes a small file in place (sysfs, reports): no temporary name, no `fsync`. The store's durable write is its
    /// own function.
    package static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(SystemCallError) {
        try FileDescriptor(path, [.write, .create, .truncate], mode: mode).write(bytes, at: 0)
    }

    /// Names in a directory, sorted, without "." and "..".
    package static func names(in directory: String) throws(SystemCallError) -> [String] {
        try entries(in: directory).map(\.name).sorted()
    }

    /// Paths of all regular files below `directory`, relative to it, in no order. Links are not followed; files that
    /// disappear meanwhile are left out.
    package static func filesBelow(_ directory: String) throws(SystemCallError) -> [String] {
        var found: [String] = []
        var pending = [""]
        while let below = pending.popLast() {
            let path = below.isEmpty ? directory : "\(directory)/\(below)"
            let entries: [(name: String, isDirectory: Bool)]
            do {
                entries = try Files.entries(in: path)
            } catch let error where error.isNotFound && !below.isEmpty {
                continue
            }
            for entry in entries {
                let relative = below.isEmpty ? entry.name : "\(below)/\(entry.name)"
                if entry.isDirectory { pending.append(relative) } else { found.append(relative) }
            }
        }
        return found
    }

    private static func entries(
        in directory: String
    ) throws(SystemCallError) -> [(name: String, isDirectory: Bool)] {
        var found: [(name: String, isDirectory: Bool)] = []
        for entry in try rawEntries(in: Array(directory.utf8CString)) {
            let name = String(decoding: entry.name, as: UTF8.self)
            found.append((name, try isDirectory(entry.type, "\(directory)/\(name)")))
        }
        return found
    }

    /// What is in a directory, without "." and "..", by `DT_*`. Names are bytes; the path ends with a zero.
    static func rawEntries(in directory: [CChar]) throws(SystemCallError) -> [(name: [UInt8], type: UInt8)] {
        guard let stream = opendir(directory) else {
            throw SystemCallError(call: "opendir", number: errno, path: String(terminated: directory))
        }
        defer { closedir(stream) }
        var found: [(name: [UInt8], type: UInt8)] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else {
                    throw SystemCallError(call: "readdir", number: errno, path: String(terminated: directory))
                }
                return found
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in Array(bytes.prefix { $0 != 0 }) }
            if name != Array(".".utf8), name != Array("..".utf8) { found.append((name, entry.pointee.d_type)) }
        }
    }

    /// By the type in the directory entry; some file systems leave that to `lstat(2)`.
    private static func isDirectory(_ type: UInt8, _ path: String) throws(SystemCallError) -> Bool {
        guard type == UInt8(DT_UNKNOWN) else { return type == UInt8(DT_DIR) }
        var buffer = stat()
        _ = try kernel("lstat", path) { answer(lstat(path, &buffer)) }
        return buffer.st_mode & S_IFMT == S_IFDIR
    }
}

extension FileDescriptor {
    /// At most `count` bytes from `offset`; fewer at the file's end.
    package func bytes(_ count: Int, at offset: UInt64) throws(SystemCallError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let found = try bytes.withUnsafeMutableBufferPointer { (room) throws(SystemCallError) in
            try read(into: UnsafeMutableRawBufferPointer(room), at: offset)
        }
        bytes.removeLast(count - found)
        return bytes
    }
}
