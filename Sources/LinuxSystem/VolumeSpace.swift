internal import Glibc

/// Room on a mounted file system (`statvfs(3)`).
package struct VolumeSpace: Hashable, Sendable {
    package var sizeInBytes: UInt64
    /// What an unprivileged process may still use.
    package var availableBytes: UInt64
    /// What nobody uses.
    package var freeBytes: UInt64
    /// Files of any kind that there are.
    package var usedFiles: UInt64

    /// Of the file system that holds `path`.
    package init(of path: String) throws(SystemCallError) {
        var buffer = statvfs()
        _ = try kernel("statvfs", path) { answer(statvfs(path, &buffer)) }
        sizeInBytes = UInt64(buffer.f_blocks) * UInt64(buffer.f_frsize)
        availableBytes = UInt64(buffer.f_bavail) * UInt64(buffer.f_frsize)
        freeBytes = UInt64(buffer.f_bfree) * UInt64(buffer.f_frsize)
        usedFiles = UInt64(buffer.f_files) - min(UInt64(buffer.f_files), UInt64(buffer.f_ffree))
    }
}
