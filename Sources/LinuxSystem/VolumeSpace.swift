internal import Glibc

/// Room on a mounted file system (`statvfs(3)`).
package struct VolumeSpace: Hashable, Sendable {
    package var sizeInBytes: UInt64
    /// What an unprivileged process may still use.
    package var availableBytes: UInt64

    /// Of the file system that holds `path`.
    package init(of path: String) throws(SystemCallError) {
        var buffer = statvfs()
        _ = try kernel("statvfs", path) { answer(statvfs(path, &buffer)) }
        sizeInBytes = UInt64(buffer.f_blocks) * UInt64(buffer.f_frsize)
        availableBytes = UInt64(buffer.f_bavail) * UInt64(buffer.f_frsize)
    }
}
