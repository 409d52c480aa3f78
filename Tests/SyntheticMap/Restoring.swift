import BlockDevices
import Glibc
import Inventory
import LinuxSystem
import Recovery
import Repository
import RepositoryFormat

/// Restores the moment, verification and all, and says what it took.
struct Restoring {
    let path: String

    func run() throws {
        let began = Clocks.monotonicNanoseconds
        let repository = try Repository.open(DirectoryStore(path))
        let timeline = try repository.timeline(of: Generator.host)
        guard let expression = TimeExpression("latest") else { fatalError("\"latest\" is no time") }
        let moment = try timeline.moment(at: expression, now: Clocks.utcNanoseconds)
        let view = try View(repository, timeline: timeline, moment: moment)
        let record = view.root.disks[0]
        let disk = PatternDisk(sizeInBytes: record.sizeInBytes)
        let opened = peak
        let request = RestoreRequest(view: view, mapping: [DiskAssignment(source: 0, target: disk.name)])
        let prepared = try Restore.prepare(request, targets: access(disk))
        let planned = Clocks.monotonicNanoseconds
        var last: RestorePhase?
        let report = try prepared.run(confirmations: ["SERIAL-OF-PATTERN"]) { progress in
            guard progress.phase != last else { return }
            last = progress.phase
            print("\(progress.phase): \((Clocks.monotonicNanoseconds - began) / 1_000_000_000) s, peak \(peak) MiB")
            fflush(nil)
        }
        let seconds = Double(Clocks.monotonicNanoseconds - began) / 1e9
        print(
            "{\"extents\": \(record.extents), \"disk_gb\": \(record.sizeInBytes / 1_000_000_000), "
                + "\"map_mb\": \(record.pageBytes / 1_000_000), \"plan_s\": \((planned - began) / 1_000_000_000), "
                + "\"seconds\": \(Int(seconds)), \"writes\": \(disk.writes), \"verified\": \(report.isVerified), "
                + "\"written_bytes\": \(report.disks[0].writtenBytes), \"verified_bytes\": \(report.disks[0].verifiedBytes), "
                + "\"peak_before_mib\": \(opened), \"peak_mib\": \(peak)}")
    }

    private func access(_ disk: PatternDisk) -> TargetAccess {
        TargetAccess(
            look: { path in
                TargetFacts(
                    path: path, kind: .device, overlaps: [path], geometry: disk.geometry,
                    identity: TargetIdentity(
                        kind: .device, serial: "SERIAL-OF-PATTERN", model: "Pattern",
                        sizeInBytes: disk.geometry.sizeInBytes, path: path))
            },
            open: { _, _ throws(BlockDeviceError) in disk })
    }

    /// The most memory that this process ever had, in MiB.
    private var peak: Int {
        // The line is always there on Linux; without it there is nothing to print.
        let status = (try? Files.contents(of: "/proc/self/status")) ?? []
        let text = String(decoding: status, as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropFirst().first).flatMap { Int($0) }.map { $0 / 1_024 } ?? 0
    }
}
