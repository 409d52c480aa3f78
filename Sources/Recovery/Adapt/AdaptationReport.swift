internal import RepositoryFormat

/// What an adaptation did, or would do, and whether the system will start. Stable as JSON.
package struct AdaptationReport: Codable, Hashable, Sendable {
    package struct Step: Codable, Hashable, Sendable {
        package var name: String
        /// Whether it was left out on request: then its proofs still count.
        package var wasSkipped: Bool
        /// What was changed and why; in a dry run what would be.
        package var changes: [String]
        package var warnings: [String]
        package var proofs: [Proof]
        /// What went wrong while its changes were carried out; nothing of it was done after that.
        package var failure: String?
    }

    /// "partition 3 of /dev/nvme0n1".
    package var root: String
    package var isDryRun: Bool
    package var steps: [Step]
    package var warnings: [String]

    /// Whether every proof of every step holds. Only then may anybody be told that the system starts.
    package var isProved: Bool { steps.allSatisfy { $0.proofs.allSatisfy(\.holds) } }

    /// Whether every change that was begun came to its end. A step that failed may leave a system that is proved to start.
    package var isComplete: Bool { steps.allSatisfy { $0.failure == nil } }

    /// Sorted keys, one final line feed.
    package var json: [UInt8] { encodeJSON(self) }

    /// For the console, line by line.
    package var text: String {
        var lines = ["The system on \(root), for this machine\(isDryRun ? " (dry run: nothing is changed)" : ""):"]
        for step in steps {
            lines.append("  \(step.name)\(step.wasSkipped ? " (left out on request)" : "")")
            if step.changes.isEmpty, !step.wasSkipped { lines.append("    nothing to change") }
            lines += step.changes.map { "    \(isDryRun ? "would change" : "changed"): \($0)" }
            if let failure = step.failure { lines.append("    FAILED: \(failure)") }
            lines += step.warnings.map { "    Warning: \($0)" }
            lines += step.proofs.map {
                "    \($0.holds ? "proved" : "NOT PROVED"): \($0.statement)\($0.detail.isEmpty ? "" : ": \($0.detail)")"
            }
        }
        lines += warnings.map { "  Warning: \($0)" }
        lines.append("")
        lines.append(verdict)
        return lines.joined(separator: "\n")
    }

    private var verdict: String {
        if isProved {
            let failed = steps.filter { $0.failure != nil }.map { " But \($0.name) FAILED: see above." }.joined()
            return "Proof of boot: all of \(steps.reduce(0) { $0 + $1.proofs.count }) hold.\(failed)"
        }
        let failed = steps.flatMap { step in step.proofs.filter { !$0.holds }.map { "\(step.name): \($0.statement)" } }
        let advice = isDryRun ? "Without --dry-run this may change." : "It will not start as it is."
        return "PROOF OF BOOT FAILED. \(advice) \(failed.joined(separator: "; "))"
    }
}
