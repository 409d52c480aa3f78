internal import CLinuxShim
internal import Glibc

extension Files {
    /// The path on this machine of what `path` means for a system whose root is the directory `root`: links and ".." stay
    /// inside it (`openat2(2)` with `RESOLVE_IN_ROOT`). nil when there is no such file.
    package static func path(_ path: String, inRoot root: String) throws(SystemCallError) -> String? {
        let directory = try FileDescriptor(root, [.directory])
        do {
            let number = try kernel("openat2", path) {
                path.withCString { linux_find_in_root(directory.number, $0) }
            }
            let found = FileDescriptor(owning: Int32(number), path: path)
            return try linkTarget("/proc/self/fd/\(found.number)")
        } catch let error where error.number == ENOENT || error.number == ENOTDIR {
            return nil
        }
    }

    /// Replaces a file, or makes it, so that after a crash it has the old content or the new (temporary name beside it, `fsync`,
    /// rename, `fsync` of the directory). What it had as owner, mode and extended attributes it keeps; a new one gets `mode` and
    /// the label of its directory.
    package static func replace(
        _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644
    ) throws(SystemCallError) {
        let temporary = "\(parent(of: path))/.lifeboat-\(lastComponent(of: path))"
        try remove(temporary)
        do {
            let file = try FileDescriptor(temporary, [.write, .createNew], mode: mode)
            if try status(path) != nil {
                let old = try FileDescriptor(path)
                _ = try kernel("fsetxattr", path) { linux_copy_attributes(old.number, file.number) }
            } else {
                try inheritLabel(file)
            }
            try file.write(bytes, at: 0)
            try file.synchronize()
            try rename(temporary, to: path)
        } catch {
            // What failed is said by the error; a leftover with this name is removed by the next try.
            _ = try? remove(temporary)
            throw error
        }
        try synchronizeDirectory(parent(of: path))
    }

    /// Gives what was just made the SELinux label of its directory, as a kernel does that has the policy loaded. Where there are
    /// no labels, or they may not be set, nothing happens.
    package static func inheritLabel(_ made: borrowing FileDescriptor) throws(SystemCallError) {
        let directory = try FileDescriptor(parent(of: made.path), [.directory])
        _ = try kernel("fsetxattr", made.path) { linux_inherit_label(directory.number, made.number) }
    }

    /// Takes away the attribute "immutable" (`FS_IOC_SETFLAGS`), where the file system knows it.
    package static func makeMutable(_ path: String) throws(SystemCallError) {
        let file = try FileDescriptor(path)
        _ = try kernel("FS_IOC_SETFLAGS", path) { linux_make_mutable(file.number) }
    }
}
