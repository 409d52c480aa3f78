internal import BlockDevices
internal import Buffers
internal import Repository

/// Joins places that are neighbours on the disk and in the plain bytes into one write.
///
/// A few runs are open at once: where content occurs twice (a cloned VM), the places of a frame alternate between the two
/// copies, and both grow side by side.
struct WriteMerger {
    private struct Run {
        var task: Int
        var start: UInt64
        var plain: Int
        var count: Int
    }

    /// More copies than this of the same run of chunks are written chunk by chunk.
    private static let openRuns = 8

    private let disks: [DiskTask]
    private var runs: [Run] = []

    init(_ disks: [DiskTask]) {
        self.disks = disks
        runs.reserveCapacity(Self.openRuns)
    }

    /// Adds `count` bytes at `plain` of the buffer that belong to byte `start` of a disk.
    mutating func add(task: Int, start: UInt64, plain: Int, count: Int, of buffer: BufferSlice) throws {
        for index in runs.indices {
            let run = runs[index]
            if run.task == task, run.start + UInt64(run.count) == start, run.plain + run.count == plain {
                runs[index].count += count
                return
            }
        }
        if runs.count == Self.openRuns { try write(runs.removeFirst(), of: buffer) }
        runs.append(Run(task: task, start: start, plain: plain, count: count))
    }

    /// Writes what is open; afterwards the buffer may be filled anew.
    mutating func flush(of buffer: BufferSlice) throws {
        for run in runs { try write(run, of: buffer) }
        runs.removeAll(keepingCapacity: true)
    }

    private func write(_ run: Run, of buffer: BufferSlice) throws(BlockDeviceError) {
        try disks[run.task].place(buffer[run.plain..<run.plain + run.count], at: run.start)
    }
}
