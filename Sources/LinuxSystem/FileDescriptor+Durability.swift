internal import CLinuxShim
internal import Glibc
internal import Synchronization

extension FileDescriptor {
    /// Returns when all of its file system is on the medium (`syncfs(2)`, which reports write errors since Linux 5.8).
    package func synchronizeFileSystem() throws(SystemCallError) {
        _ = try kernel("syncfs", path) { linux_sync_file_system(number) }
    }

    /// Returns when content and metadata are on the medium (`fsync(2)`). Also for directories.
    package func synchronize() throws(SystemCallError) {
        _ = try kernel("fsync", path) { answer(fsync(number)) }
    }

    /// The same for content and size only (`fdatasync(2)`).
    package func synchronizeData() throws(SystemCallError) {
        _ = try kernel("fdatasync", path) { answer(fdatasync(number)) }
    }

    /// Starts to write dirty pages of the range and does not wait (`sync_file_range(2)`); promises nothing about
    /// durability, it only keeps a later `synchronize` short.
    package func startWriteback(_ range: Range<UInt64>) throws(SystemCallError) {
        _ = try kernel("sync_file_range", path) { linux_start_writeback(number, range.lowerBound, range.length) }
    }

    /// Takes the lock of the whole file without waiting (`flock(2)`); false when another open file holds it.
    /// The lock ends with this owner.
    package func lockExclusively() throws(SystemCallError) -> Bool {
        do {
            _ = try kernel("flock", path) { linux_lock_exclusively(number) }
            isLocked.store(true, ordering: .relaxed)
            return true
        } catch let error where error.number == EWOULDBLOCK {
            return false
        }
    }

    /// Tells the kernel to read ahead (`posix_fadvise(2)`).
    package func adviseSequential() throws(SystemCallError) {
        _ = try kernel("posix_fadvise", path) { linux_advise_sequential(number) }
    }

    /// Drops clean cached pages of the range (`posix_fadvise(2)`), so that the next read comes from the medium.
    package func adviseNotNeeded(_ range: Range<UInt64>) throws(SystemCallError) {
        _ = try kernel("posix_fadvise", path) { linux_advise_not_needed(number, range.lowerBound, range.length) }
    }
}

extension Range<UInt64> {
    var length: UInt64 { upperBound - lowerBound }
}
