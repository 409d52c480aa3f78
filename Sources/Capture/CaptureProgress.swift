internal import Synchronization

/// How far a capture is. Bytes.
package struct CaptureProgress: Sendable {
    /// Number of the disk being read, from 0, and how many there are.
    package var disk: Int
    package var disks: Int
    /// All disks together.
    package var totalBytes: UInt64
    /// Covered so far, free space and zeros included.
    package var coveredBytes: UInt64
    /// Read from the disks.
    package var readBytes: UInt64
    /// Data seen (not zero, not free).
    package var dataBytes: UInt64
    /// Data that the repository did not have.
    package var newBytes: UInt64
    /// What that takes compressed.
    package var storedBytes: UInt64
    package var elapsedNanoseconds: UInt64
}

/// Counters that the pipeline's threads add to.
final class CaptureCounters: Sendable {
    let disk = Atomic<Int>(0)
    let covered = Atomic<UInt64>(0)
    let read = Atomic<UInt64>(0)
    let data = Atomic<UInt64>(0)
    let new = Atomic<UInt64>(0)
    let stored = Atomic<UInt64>(0)

    func snapshot(disks: Int, total: UInt64, elapsed: UInt64) -> CaptureProgress {
        CaptureProgress(
            disk: disk.load(ordering: .relaxed), disks: disks, totalBytes: total,
            coveredBytes: covered.load(ordering: .relaxed), readBytes: read.load(ordering: .relaxed),
            dataBytes: data.load(ordering: .relaxed), newBytes: new.load(ordering: .relaxed),
            storedBytes: stored.load(ordering: .relaxed), elapsedNanoseconds: elapsed)
    }
}
