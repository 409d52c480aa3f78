internal import BlockDevices
internal import LinuxSystem
internal import Repository
internal import RepositoryFormat

extension PreparedRestore {
    func report(_ state: RunState, _ outcome: Outcome, started: Int64, nanoseconds: UInt64) -> RestoreReport {
        let disks = zip(plan.disks, state.disks).map { planned, task in
            let done = task.progress
            return RestoreReport.Disk(
                source: planned.source.number, target: planned.target.path, model: planned.target.model,
                serial: planned.target.serial, wwn: planned.target.wwn, sourceSizeInBytes: planned.source.sizeInBytes,
                targetSizeInBytes: task.target.geometry.sizeInBytes, dataBytes: task.dataBytes,
                writtenBytes: done.written, alreadyRightBytes: done.alreadyRight, zeroedBytes: done.zeroed,
                verifiedBytes: done.verified)
        }
        let numbers = groups.map(\.assignment.source)
        let adapted = zip(zip(disks, numbers), outcome.adaptations).flatMap { known, adaptation in
            let (disk, number) = known
            return fits(disk, number)
                + adaptation.patches.map { patch in
                    RestoreReport.AdaptedRange(
                        disk: disk.source, target: disk.target, offset: patch.offset,
                        length: UInt64(patch.bytes.count), reason: patch.reason)
                }
        }
        let phases = outcome.phases.map { phase in
            let seconds = Double(phase.nanoseconds) / 1e9
            return RestoreReport.Phase(
                name: phase.phase.text, seconds: seconds, bytes: phase.bytes,
                bytesPerSecond: seconds > 0 ? Double(phase.bytes) / seconds : 0)
        }
        return RestoreReport(
            host: plan.host, moment: plan.moment, label: plan.label, quality: plan.quality,
            started: Timestamp.text(ofNanoseconds: started),
            finished: Timestamp.text(ofNanoseconds: Clocks.utcNanoseconds), seconds: Double(nanoseconds) / 1e9,
            isVerified: request.verifies, disks: disks, adapted: adapted, phases: phases, packs: plan.packs,
            fetchedBytes: outcome.fetchedBytes, comparedFirst: outcome.comparedFirst,
            warnings: plan.warnings + outcome.adaptations.flatMap(\.warnings), nextSteps: nextSteps)
    }

    /// What became of the partitions of a disk that was fitted to a smaller one.
    private func fits(_ disk: RestoreReport.Disk, _ number: UInt32) -> [RestoreReport.AdaptedRange] {
        (content.fitted[number]?.partitions ?? []).filter { $0.change != .kept }.map { partition in
            RestoreReport.AdaptedRange(
                disk: disk.source, target: disk.target, offset: partition.newStart, length: partition.newSize,
                reason: partition.reason)
        }
    }

    private var nextSteps: [String] {
        var steps: [String] = []
        if plan.disks.contains(where: { $0.target.kind == .device }) {
            steps.append("remove the rescue medium, if one is attached, and start the machine from the restored disk.")
        } else {
            steps.append("attach the image to a machine and start it.")
        }
        if !request.verifies { steps.append("this restore was not verified: do not rely on it.") }
        return steps
    }
}
