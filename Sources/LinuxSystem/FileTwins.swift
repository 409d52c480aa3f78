internal import CLinuxShim
internal import Glibc

/// Two trees of files whose contents were copied from the old one to the new one: gives the new one what programs that copy leave
/// out (extended attributes, flags and projects of inodes, room that was allocated in advance), and proves that they are alike in everything but contents.
///
/// Names are bytes. Nobody else may change either tree meanwhile.
package struct FileTwins {
    /// Something that is not as it was.
    package struct Difference: Error, CustomStringConvertible {
        /// Below the root, "/etc/passwd".
        package var path: String
        package var what: String
        package var description: String { "\(path): \(what)" }
    }

    /// Flags that are more than a note of how a file lies there (fs.h, `FS_XFLAG_*`): immutable, append, sync, noatime, nodump,
    /// projinherit, nosymlinks, extszinherit, nodefrag.
    private static let keptFlags: UInt32 = 0x36f8
    /// Of them those with which nothing else may be changed: immutable, append.
    private static let fixing: UInt32 = 0x18

    private let old: String
    private let new: String

    package init(_ old: String, _ new: String) {
        self.old = old
        self.new = new
    }

    /// Returns how many files of any kind there are. Throws a `Difference`, or a `SystemCallError`. `progress` may throw to end it.
    package func finish(_ progress: (UInt64) throws -> Void) throws -> UInt64 {
        var count: UInt64 = 0
        var pending: [[CChar]] = [[]]
        // Last and from below: what is immutable or may only be appended to takes no change, and has other names perhaps.
        var fixed: [[CChar]] = []
        while let path = pending.popLast() {
            let one = try Twin(self, path)
            try one.complete()
            try one.compare()
            let flags = try one.flags()
            if flags[0] & Self.fixing != 0 { fixed.append(path) } else { try one.set(flags) }
            count += 1
            if count % 1_024 == 0 { try progress(count) }
            guard one.isDirectory else { continue }
            for entry in try Files.rawEntries(in: one.oldPath) {
                pending.append(path + [CChar(UInt8(ascii: "/"))] + entry.name.map { CChar(bitPattern: $0) })
            }
        }
        while let path = fixed.popLast() {
            if fixed.count % 1_024 == 0 { try progress(count) }
            let one = try Twin(self, path)
            try one.set(one.flags())
        }
        return count
    }

    /// One file of both trees.
    private struct Twin {
        /// Both end with a zero.
        let oldPath: [CChar]
        private let newPath: [CChar]
        private let name: String
        private let old: stat
        private let new: stat

        init(_ trees: FileTwins, _ path: [CChar]) throws {
            oldPath = trees.old.utf8CString.dropLast() + path + [0]
            newPath = trees.new.utf8CString.dropLast() + path + [0]
            name = path.isEmpty ? "/" : String(terminated: path + [0])
            old = try Self.status(oldPath, name)
            do throws(SystemCallError) { new = try Self.status(newPath, name) } catch {
                guard error.isNotFound else { throw error }
                throw Difference(path: name, what: "is not there")
            }
        }

        private static func status(_ path: [CChar], _ name: String) throws(SystemCallError) -> stat {
            var buffer = stat()
            _ = try kernel("lstat", name) { answer(lstat(path, &buffer)) }
            return buffer
        }

        private var kind: mode_t { old.st_mode & S_IFMT }
        var isDirectory: Bool { kind == S_IFDIR }

        // MARK: Completing

        /// Room and attributes. Times stay as they are.
        func complete() throws {
            // Allocating takes capabilities away.
            try allocate()
            try copyAttributes()
        }

        private func allocate() throws {
            guard kind == S_IFREG, new.st_mode & S_IFMT == S_IFREG else { return }
            // A file without holes, swap for one, must not get any.
            let isWhole = old.st_blocks >= old.st_size / 512 + (old.st_size % 512 == 0 ? 0 : 1)
            guard isWhole, new.st_blocks < old.st_blocks, new.st_size == old.st_size, old.st_size > 0 else { return }
            let file = try open(newPath, writing: true)
            _ = try kernel("fallocate", name) { linux_preallocate(file.number, UInt64(old.st_size)) }
            let times = [old.st_atim, old.st_mtim]
            _ = try kernel("futimens", name) { answer(futimens(file.number, times)) }
        }

        private func copyAttributes() throws {
            let names = try attributeNames(oldPath)
            for attribute in try attributeNames(newPath) where !names.contains(attribute) {
                // One that is gone went with another one, as xfs' own names of ACLs do.
                _ = try kernel("lremovexattr", name) {
                    let result = linux_remove_attribute(newPath, attribute)
                    return result == -Int64(ENODATA) ? 0 : result
                }
            }
            for attribute in names {
                let value = try self.value(attribute, oldPath)
                guard try self.value(attribute, newPath) != value else { continue }
                _ = try kernel("lsetxattr", name) {
                    linux_set_attribute(newPath, attribute, value ?? [], value?.count ?? 0)
                }
            }
        }

        /// Flags, size hint and project of the old inode.
        func flags() throws(SystemCallError) -> [UInt32] {
            guard kind == S_IFREG || isDirectory else { return [0, 0, 0] }
            let file = try open(oldPath, writing: false)
            return try flags(file)
        }

        func set(_ wanted: [UInt32]) throws {
            guard wanted != [0, 0, 0] else { return }
            let file = try open(newPath, writing: false)
            _ = try kernel("FS_IOC_FSSETXATTR", name) { linux_set_inode_flags(file.number, wanted) }
            guard try flags(file) == wanted else { throw difference("flags of its inode") }
        }

        private func flags(_ file: borrowing FileDescriptor) throws(SystemCallError) -> [UInt32] {
            var fields: [UInt32] = [0, 0, 0]
            _ = try kernel("FS_IOC_FSGETXATTR", name) { linux_inode_flags(file.number, &fields) }
            let hinted: UInt32 = 0x1000
            return [fields[0] & FileTwins.keptFlags, fields[0] & hinted != 0 ? fields[1] : 0, fields[2]]
        }

        private func open(_ path: [CChar], writing: Bool) throws(SystemCallError) -> FileDescriptor {
            let flags = (writing ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
            let number = try kernel("open", name) { answer(Glibc.open(path, flags)) }
            return FileDescriptor(owning: Int32(number), path: name)
        }

        // MARK: Comparing

        func compare() throws {
            guard new.st_mode == old.st_mode else { throw difference("kind or permissions") }
            guard new.st_uid == old.st_uid, new.st_gid == old.st_gid else { throw difference("owner") }
            guard new.st_mtim.tv_sec == old.st_mtim.tv_sec, new.st_mtim.tv_nsec == old.st_mtim.tv_nsec else {
                throw difference("time of its last change")
            }
            if !isDirectory {
                guard new.st_size == old.st_size else { throw difference("length") }
                guard new.st_nlink == old.st_nlink else { throw difference("number of its links") }
            }
            if kind == S_IFCHR || kind == S_IFBLK {
                guard new.st_rdev == old.st_rdev else { throw difference("number of its device") }
            }
            if kind == S_IFLNK {
                guard try target(oldPath) == target(newPath) else { throw difference("where it points to") }
            }
            guard try attributeNames(oldPath) == attributeNames(newPath) else {
                throw difference("extended attributes")
            }
        }

        private func difference(_ what: String) -> Difference { Difference(path: name, what: "\(what) not as it was") }

        private func target(_ path: [CChar]) throws(SystemCallError) -> [CChar] {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = try kernel("readlink", name) { answer(readlink(path, &buffer, buffer.count)) }
            return Array(buffer[..<Int(count)])
        }

        /// Sorted; each ends with a zero.
        private func attributeNames(_ path: [CChar]) throws(SystemCallError) -> [[CChar]] {
            var buffer: [CChar] = []
            do throws(SystemCallError) {
                // Most have none.
                let room = try kernel("llistxattr", name) { linux_attribute_names(path, nil, 0) }
                guard room > 0 else { return [] }
                buffer = [CChar](repeating: 0, count: Int(room))
                _ = try kernel("llistxattr", name) { linux_attribute_names(path, &buffer, buffer.count) }
            } catch {
                guard error.isUnsupported else { throw error }
                return []
            }
            return buffer.split(separator: 0).map { $0 + [0] }.sorted { $0.lexicographicallyPrecedes($1) }
        }

        private func value(_ attribute: [CChar], _ path: [CChar]) throws(SystemCallError) -> [UInt8]? {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            do throws(SystemCallError) {
                let count = try kernel("lgetxattr", name) {
                    linux_attribute(path, attribute, &buffer, buffer.count)
                }
                return Array(buffer[..<Int(count)])
            } catch {
                guard error.number == ENODATA else { throw error }
                return nil
            }
        }
    }
}
