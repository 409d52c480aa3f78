import LinuxSystem
import Repository
import RescueConsole

extension RequestTask {
    /// Leaves a report at the server that the repository was read from, and adds to it whether that could be done: with what a server
    /// says that takes none.
    func send(_ report: JobReport, json: [UInt8]?, of selection: RestoreSelection) -> JobReport {
        guard selection.repository.hasPrefix("http") else { return report }
        let stamp = Timestamp.text(ofNanoseconds: Clocks.utcNanoseconds).filter { $0.isNumber || $0.isLetter }
        let name = "\(stamp)-restore-\(report.outcome.rawValue)"
        var report = report
        let text = Array((report.lines.joined(separator: "\n") + "\n").utf8)
        do {
            // Anew: what the restore was stopped by, or waited for, must not hold for this.
            let store = try StoreLocation.open(selection.repository, access: worker.currentAccess)
            guard let server = store as? HTTPStore else { return report }
            try server.sendReport(text, named: name + ".txt", of: selection.host)
            if let json { try server.sendReport(json, named: name + ".json", of: selection.host) }
            report.lines.append("This report was saved to the repository server as \(name).")
        } catch {
            report.lines.append("This report was not saved to the repository server: \(error)")
        }
        return report
    }
}
