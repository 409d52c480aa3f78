import BlockDevices
import Inventory
import LinuxSystem
import Recovery
import Repository
import RescueConsole

extension RequestTask {
    /// Compares the chosen disks, found again by what they are, with the moment. Only reads.
    func compare(_ selection: RestoreSelection) throws -> ConsoleResult {
        let about = "Comparison of \(selection.host) on \(worker.console), as of \(selection.moment.text)"
        guard let lock = try takeMachine(about) else { return .busy(MachineLock.holder(options.stateDirectory)) }
        var mapping: [DiskAssignment] = []
        var partitions: [UInt32: [DiskContents.Partition]] = [:]
        let present = presentDisks(repository: selection.repository)
        for chosen in selection.mapping {
            switch ChosenDisk.find(chosen.target, among: present) {
            case .same(let disk):
                mapping.append(DiskAssignment(source: UInt32(chosen.source), target: disk.path))
                partitions[UInt32(chosen.source)] = disk.contents?.partitions
            case .lost(let why): return .refused(why)
            }
        }
        let source = try open(selection.repository)
        let view = try view(of: selection, in: source.repository)
        source.beQuiet()
        source.bePatient()
        Terminal.log("\(about): started")
        var lines = ProgressLines(intervalInSeconds: 1)
        let result: ConsoleResult
        var json: [UInt8]?
        do {
            let report = try DiskComparison.run(
                view, mapping, isInterrupted: { [cancellation] in cancellation.isRequested }
            ) { progress in
                guard let sample = ProgressSample(progress, trouble: source.lastTrouble) else { return }
                worker.post(.progress(sample), ticket: ticket)
                let said = lines.add(sample)
                if !said.isEmpty { lock.say([about] + said) }
            }
            json = report.json
            result = .report(JobReport(.finished, report.lines(partitions: partitions), wroteAnything: false))
        } catch { result = ConsoleResult(error) }
        ReportFiles.write(result, json: json, to: options.stateDirectory, named: "comparison")
        Terminal.log("\(about): ended")
        return result
    }
}
