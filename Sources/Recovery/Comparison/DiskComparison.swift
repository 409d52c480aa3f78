package import BlockDevices
internal import LinuxSystem
package import Repository
internal import RepositoryFormat
internal import Synchronization

/// Compares disks of this machine with a moment, by what verifies a restore. Opens them for reading only, and goes on where
/// they differ.
///
/// What was free at the moment is not compared: it says nothing about the moment.
package enum DiskComparison {
    /// Blocks until everything is compared; `observe` is called on this thread about four times a second. Throws `refused`
    /// when a disk cannot be one of the moment's or cannot be opened, `damaged`, `unreachable`, `interrupted`, `failed`.
    package static func run(
        _ view: View, _ mapping: [DiskAssignment],
        open: (String) throws(BlockDeviceError) -> any BlockSource = Self.openDisk,
        isInterrupted: @escaping @Sendable () -> Bool, observe: (RestoreProgress) -> Void = { _ in }
    ) throws(RecoveryError) -> ComparisonReport {
        let started = Clocks.monotonicNanoseconds
        var tasks: [DiskTask] = []
        for assignment in mapping { tasks.append(try task(assignment, in: view, open)) }
        let state = RunState(disks: tasks, isInterrupted: isInterrupted, onlyReads: true)
        state.phase = .verifying
        let differences = Differences(disks: tasks.count)
        var verifier = Verifier(
            content: RestoreContent(view), state: state, adaptations: tasks.map { _ in DiskAdaptation() })
        verifier.found = { differences.add($1, to: $0) }
        try verifier.run { observe(state.snapshot()) }
        return ComparisonReport(
            host: view.host.name, moment: Timestamp.text(ofNanoseconds: view.moment.time),
            seconds: Double(Clocks.monotonicNanoseconds - started) / 1e9,
            disks: tasks.enumerated().map { number, task in
                let (bytes, places, isComplete) = differences.of(number)
                return ComparisonReport.Disk(
                    source: task.record.number, target: task.name, sizeInBytes: task.record.sizeInBytes,
                    differentBytes: bytes, places: places, areAllPlacesListed: isComplete)
            })
    }

    package static func openDisk(_ path: String) throws(BlockDeviceError) -> any BlockSource {
        try RawDisk.openSource(path)
    }

    private static func task(
        _ assignment: DiskAssignment, in view: View, _ open: (String) throws(BlockDeviceError) -> any BlockSource
    ) throws(RecoveryError) -> DiskTask {
        guard let record = view.disk(assignment.source) else {
            throw RecoveryError(.refused, "The moment has no disk \(assignment.source).")
        }
        let source: any BlockSource
        do { source = try open(assignment.target) } catch {
            throw RecoveryError(.refused, error.message, cause: error.cause)
        }
        guard source.geometry.sizeInBytes >= record.sizeInBytes else {
            throw RecoveryError(
                .refused,
                "\(assignment.target) holds \(source.geometry.sizeInBytes) bytes and disk \(record.number) of the moment "
                    + "\(record.sizeInBytes): it cannot hold the same.")
        }
        return DiskTask(
            record: record, target: ComparedDisk(source, sizeInBytes: record.sizeInBytes), name: assignment.target,
            heldLength: 0)
    }

    /// What the threads find.
    private final class Differences: Sendable {
        private struct Disk: Sendable {
            var bytes: UInt64 = 0
            var ranges: [Range<UInt64>] = []
        }

        /// More places than this are counted and not located: memory is bounded whatever a disk holds.
        private static let mostRanges = 100_000

        private let disks: Mutex<[Disk]>

        init(disks count: Int) { disks = Mutex([Disk](repeating: Disk(), count: count)) }

        func add(_ range: Range<UInt64>, to number: Int) {
            disks.withLock { disks in
                disks[number].bytes += range.upperBound - range.lowerBound
                if disks[number].ranges.count < Self.mostRanges { disks[number].ranges.append(range) }
            }
        }

        /// Neighbours are one place.
        func of(_ number: Int) -> (bytes: UInt64, places: [ComparisonReport.Place], isComplete: Bool) {
            let disk = disks.withLock { $0[number] }
            var places: [ComparisonReport.Place] = []
            for range in disk.ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
                if let last = places.last, last.end == range.lowerBound {
                    places[places.count - 1].length += range.upperBound - range.lowerBound
                } else {
                    places.append(.init(offset: range.lowerBound, length: range.upperBound - range.lowerBound))
                }
            }
            return (disk.bytes, places, disk.ranges.count < Self.mostRanges)
        }
    }
}
