internal import Progress
package import Recovery

// Recovery's values as the console shows them.

extension ProgressSample {
    /// nil when there is nothing more to wait for: the report says the rest.
    package init?(_ progress: RestoreProgress, trouble: String?) {
        if progress.phase == .done { return nil }
        self.init(
            phase: progress.phase.text, done: progress.done, total: progress.total,
            seconds: Double(progress.elapsedNanoseconds) / 1e9,
            details: progress.phase == .writing ? "\(Quantity.bytes(progress.fetched)) read" : "", trouble: trouble)
        disks = progress.disks.compactMap { disk in
            let name = "disk \(disk.source) to \(disk.target)"
            return switch progress.phase {
            case .writing: Disk(name, done: disk.written + disk.alreadyRight, of: disk.dataBytes)
            case .zeroing: Disk(name, done: disk.zeroed, of: disk.zeroBytes)
            case .verifying: Disk(name, done: disk.verified, of: disk.dataBytes + disk.zeroBytes)
            case .preparing, .finishing, .done: nil
            }
        }
    }
}

extension JobReport {
    package init(_ report: RestoreReport) {
        let verdict =
            report.isVerified
            ? "Verified: every block was read back from the disk and is what the moment says."
            : "NOT VERIFIED: do not rely on this restore."
        // Last, where it stands above the prompt of a small screen.
        let lines = report.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let isProved = report.adaptation.map { $0.report?.isProved == true && $0.report?.isComplete == true }
        let summary =
            switch (report.isVerified, isProved) {
            case (true, true?):
                "\(report.host.uppercased()) IS BACK, and is proved to start. Remove the rescue medium, then type r."
            case (true, nil): "\(report.host): the disks are as they were. Remove the rescue medium, then type r."
            default: "\(report.host): read above what is missing before you rely on it."
            }
        self.init(.finished, lines + [verdict, summary], isProved: isProved)
        headline = summary
    }

    package init(_ error: RecoveryError) {
        self.init(
            error.code == .interrupted ? .stopped : .failed, [error.description], wroteAnything: error.wroteAnything)
    }
}

extension ConsoleResult {
    /// Of a restore that ended with an error: refused as long as nothing was written, else a report.
    package init(_ error: RecoveryError) {
        self = error.code == .refused && !error.wroteAnything ? .refused(error.description) : .report(JobReport(error))
    }
}
