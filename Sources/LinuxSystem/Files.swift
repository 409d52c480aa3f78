internal import CLinuxShim
internal import Glibc

/// Names in the file system: what the repository's directory store and sysfs readers need, and no more.
package enum Files {
    /// `stat(2)`, following links; nil when there is no such file.
    package static func status(_ path: String) throws(SystemCallError) -> FileStatus? {
        var buffer = stat()
        do {
            _ = try kernel("stat", path) { answer(stat(path, &buffer)) }
            return FileStatus(buffer)
        } catch let error where error.number == ENOENT || error.number == ENOTDIR {
            return nil
        }
    }

    /// True when a file of any kind has that name and may be looked at.
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes the directory and what is missing above it (`mkdir -p`).
    package static func makeDirectories(_ path: String, mode: UInt32 = 0o755) throws(SystemCallError) {
        do {
            _ = try kernel("mkdir", path) { answer(mkdir(path, mode)) }
        } catch let error where error.number == EEXIST {
            guard try status(path)?.kind == .directory else { throw error }
        } catch let error where error.number == ENOENT {
            let parent = parent(of: path)
            guard parent != path else { throw error }
            try makeDirectories(parent, mode: mode)
            do {
                _ = try kernel("mkdir", path) { answer(mkdir(path, mode)) }
            } catch let error where error.number == EEXIST {
                // Another thread made it in the meantime.
            }
        }
    }

    /// `rename(2)`: replaces what has the new name, atomically.
    package static func rename(_ from: String, to new: String) throws(SystemCallError) {
        _ = try kernel("rename", new) { answer(Glibc.rename(from, new)) }
    }

    /// Renames unless the new name is taken, and says whether it did (`renameat2(2)` with `RENAME_NOREPLACE`; on file
    /// systems without it `link(2)` and `unlink(2)`, which is as atomic for readers of the new name).
    package static func renameUnlessExists(_ from: String, to new: String) throws(SystemCallError) -> Bool {
        do {
            _ = try kernel("renameat2", new) { linux_rename_no_replace(from, new) }
            return true
        } catch let error where error.number == EEXIST {
            return false
        } catch let error where error.number == EINVAL || error.number == ENOSYS {
            do {
                _ = try kernel("link", new) { answer(link(from, new)) }
            } catch let error where error.number == EEXIST {
                return false
            }
            try remove(from)
            return true
        }
    }

    /// `unlink(2)`; says whether there was anything to remove.
    @discardableResult
    package static func remove(_ path: String) throws(SystemCallError) -> Bool {
        do {
            _ = try kernel("unlink", path) { answer(unlink(path)) }
            return true
        } catch let error where error.number == ENOENT {
            return false
        }
    }

    /// `rmdir(2)` of an empty directory.
    package static func removeDirectory(_ path: String) throws(SystemCallError) {
        _ = try kernel("rmdir", path) { answer(rmdir(path)) }
    }

    /// Makes names made or removed in a directory durable (`fsync(2)` of the directory).
    package static func synchronizeDirectory(_ path: String) throws(SystemCallError) {
        try FileDescriptor(path, [.directory]).synchronize()
    }

    /// Makes everything durable that was written to the file system of `path` (`syncfs(2)`): cheaper than many `fsync(2)`.
    package static func synchronizeFileSystem(of path: String) throws(SystemCallError) {
        try FileDescriptor(path, [.directory]).synchronizeFileSystem()
    }

    /// The absolute path without links, "." and ".." (`realpath(3)`).
    package static func realPath(_ path: String) throws(SystemCallError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        _ = try kernel("realpath", path) { realpath(path, &buffer) == nil ? -Int64(errno) : 0 }
        return String(terminated: buffer)
    }

    /// Where a symbolic link points to, as it is written in it (`readlink(2)`).
    package static func linkTarget(_ path: String) throws(SystemCallError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        _ = try kernel("readlink", path) { answer(readlink(path, &buffer, Int(PATH_MAX))) }
        return String(terminated: buffer)
    }

    /// The path up to the last "/": "/" for "/a", "." for "a".
    package static func parent(of path: String) -> String {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    /// The path after the last "/".
    package static func lastComponent(of path: String) -> String {
        String(path.split(separator: "/").last ?? "/")
    }
}

extension String {
    /// The text before the first zero of a C buffer; bytes that are not UTF-8 become replacement characters.
    init(terminated buffer: [CChar]) {
        self.init(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension Files {
    /// A symbolic link at `path` that points to `target` (`symlink(2)`).
    package static func makeLink(_ path: String, to target: String) throws(SystemCallError) {
        _ = try kernel("symlink", path) { answer(symlink(target, path)) }
    }
}
