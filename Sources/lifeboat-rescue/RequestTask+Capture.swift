import BlockDevices
import Capture
import Inventory
import LinuxSystem
import Progress
import Repository
import RepositoryFormat
import RescueConsole

extension RequestTask {
    func makeRepository(_ directory: String) throws -> ConsoleResult {
        _ = try Repository.initialize(try StoreLocation.directory(directory))
        return .done
    }

    /// Captures the chosen disks, found again by what they are, as one cold moment.
    func capture(_ selection: CaptureSelection) throws -> ConsoleResult {
        let about = "Capture of \(selection.host) on \(worker.console)"
        guard let lock = try takeMachine(about) else { return .busy(MachineLock.holder(options.stateDirectory)) }
        let present = presentDisks(repository: selection.repository)
        var sources: [any BlockSource] = []
        for chosen in selection.disks {
            switch ChosenDisk.find(chosen, among: present) {
            case .same(let disk): sources.append(try RawDisk.openSource(disk.path))
            case .lost(let why): return .refused(why)
            }
        }
        let repository = try Repository.open(try StoreLocation.directory(selection.repository))
        Terminal.log("\(about): started")
        let result: ConsoleResult
        do {
            let report = try run(selection, sources, repository, lock, about)
            result = .report(JobReport(.finished, Self.lines(report)))
            ReportFiles.write(result, json: encodeJSON(report), to: options.stateDirectory)
        } catch {
            result = Self.result(of: error)
            ReportFiles.write(result, json: nil, to: options.stateDirectory)
        }
        Terminal.log("\(about): ended")
        return result
    }

    private func run(
        _ selection: CaptureSelection, _ sources: [any BlockSource], _ repository: Repository,
        _ lock: borrowing MachineLock, _ about: String
    ) throws -> CaptureReport {
        let request = CaptureRequest(hostName: selection.host, sources: sources, program: "lifeboat-rescue")
        var lines = ProgressLines(intervalInSeconds: 1)
        worker.markCaptureStopped(false)
        defer {
            worker.markCaptureStopped(false)
            Interruption.clear()
        }
        return try HostCapture.run(request, to: repository) { progress in
            if cancellation.isRequested {
                worker.markCaptureStopped(true)
                Interruption.request()
            }
            let sample = ProgressSample(
                phase: "Disk \(progress.disk)", done: progress.coveredBytes, total: progress.totalBytes,
                seconds: Double(progress.elapsedNanoseconds) / 1e9,
                details: "\(Quantity.bytes(progress.storedBytes)) stored")
            worker.post(.progress(sample), ticket: ticket)
            let said = lines.add(sample)
            if !said.isEmpty { lock.say([about] + said) }
        }
    }

    private static func result(of error: any Error) -> ConsoleResult {
        let isStopped = (error as? CaptureError)?.code == .interrupted
        let state = "The repository shows exactly what it showed before."
        return .report(JobReport(isStopped ? .stopped : .failed, ["\(error)", state]))
    }

    private static func lines(_ report: CaptureReport) -> [String] {
        report.notes.map { "  \($0)" } + report.warnings.map { "  Warning: \($0)" } + [
            "Captured \(report.host) at \(report.moment).",
            "  disks   \(Quantity.bytes(report.diskBytes))",
            "  data    \(Quantity.bytes(report.dataBytes)) without zeros and free space",
            "  new     \(Quantity.bytes(report.newBytes)) that the repository did not have",
            "  stored  \(Quantity.bytes(report.storedBytes))",
            "  time    \(Quantity.duration(seconds: report.seconds))",
            "Next: reboot or power off before the repository's disk is unplugged.",
        ]
    }
}
