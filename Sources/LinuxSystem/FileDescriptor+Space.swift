internal import CLinuxShim
internal import Glibc

extension FileDescriptor {
    /// Sets the size in bytes (`ftruncate(2)`); what is added reads as zeros and takes no room.
    package func truncate(to size: UInt64) throws(SystemCallError) {
        _ = try kernel("ftruncate", path) { answer(ftruncate(number, off_t(size))) }
    }

    /// Gives the room of the range back; it reads as zeros (`FALLOC_FL_PUNCH_HOLE`).
    package func punchHole(_ range: Range<UInt64>) throws(SystemCallError) {
        _ = try kernel("fallocate", path) { linux_punch_hole(number, range.lowerBound, range.length) }
    }

    /// Makes the range read as zeros and keeps its room (`FALLOC_FL_ZERO_RANGE`).
    package func zeroRange(_ range: Range<UInt64>) throws(SystemCallError) {
        _ = try kernel("fallocate", path) { linux_zero_range(number, range.lowerBound, range.length) }
    }

    /// The next offset at or after `offset` that may hold data (`SEEK_DATA`), nil when only a hole follows.
    package func seekData(from offset: UInt64) throws(SystemCallError) -> UInt64? {
        do {
            return UInt64(try kernel("lseek", path) { linux_seek_data(number, offset) })
        } catch let error where error.number == ENXIO {
            return nil
        }
    }

    /// The next offset at or after `offset` where a hole, or the end of the file, begins (`SEEK_HOLE`).
    package func seekHole(from offset: UInt64) throws(SystemCallError) -> UInt64 {
        UInt64(try kernel("lseek", path) { linux_seek_hole(number, offset) })
    }

    /// `fstat(2)`.
    package func status() throws(SystemCallError) -> FileStatus {
        var buffer = stat()
        _ = try kernel("fstat", path) { answer(fstat(number, &buffer)) }
        return FileStatus(buffer)
    }
}
