package import Recovery
package import Repository
internal import RepositoryFormat

/// What a drill saw. Stable as JSON.
package struct DrillReport: Codable, Sendable {
    /// A command that ran in the host.
    package struct Check: Codable, Hashable, Sendable {
        package var command: String
        /// nil when the host did not come to say it.
        package var status: Int?
        package var output: String

        package var holds: Bool { status == 0 }
    }

    package var host: String
    /// ISO 8601, UTC.
    package var moment: String
    package var position: String
    package var hardware: String
    /// "kvm" or "tcg": whether the seconds are those of a real processor or of an emulated one.
    package var accelerator: String
    /// nil when the host was started as it was captured.
    package var adaptation: AdaptationReport?
    /// "serial port" or "screen"; nil when no login was seen.
    package var loginOn: String?
    /// From power-on to the login or to the end of the drill, without the checks.
    package var seconds: Int
    /// What was seen instead of a login.
    package var ending: String?
    package var checks: [Check] = []
    /// When it was made, ISO 8601, UTC.
    package var time: String
    /// The screen at the end, and what the first serial port said.
    package var screenshot: String
    package var log: String
    /// Whether the verdict stands in the repository.
    package var isStored = false

    /// A login was seen, every check and every proof of the adaptation holds.
    package private(set) var isPassed = false
    /// Why not; empty when it is.
    package private(set) var reason = "it is not over"

    /// Judges what was seen.
    mutating func conclude() {
        if let ending {
            reason = ending
        } else if let check = checks.first(where: { !$0.holds }) {
            reason =
                "check \"\(check.command)\" "
                + (check.status.map { "ended with status \($0)" } ?? "did not come to an end")
        } else if let adaptation, !adaptation.isProved {
            reason = "it started, but not every proof of the adaptation holds"
        } else {
            reason = loginOn == nil ? "no login was seen" : ""
        }
        isPassed = reason.isEmpty
    }

    package var verdict: DrillVerdict {
        DrillVerdict(
            isProved: isPassed, time: Timestamp.parse(time) ?? 0, seconds: seconds, hardware: hardware, reason: reason)
    }

    package var text: String {
        var lines: [String] = []
        if let adaptation, !adaptation.isProved { lines += [adaptation.text, ""] }
        lines.append("\(host) as it was at \(moment), on \(hardware) (\(accelerator)), without any network:")
        if let loginOn {
            lines.append("  login on the \(loginOn) after \(seconds) s")
        } else {
            lines.append("  NO LOGIN after \(seconds) s: \(ending ?? "?")")
        }
        for check in checks {
            let status = check.status.map { "status \($0)" } ?? "no answer"
            lines.append("  \(check.holds ? "holds" : "FAILED"): \(check.command) (\(status))")
            if !check.holds {
                lines += check.output.split(separator: "\n").suffix(10).map { "    \(Self.plain($0))" }
            }
        }
        lines.append("  screen: \(screenshot)")
        lines.append("  serial port: \(log)")
        lines.append(isPassed ? "PROVED: this moment starts." : "NOT PROVED: \(reason).")
        if !isStored { lines.append("The verdict was not stored in the repository.") }
        return lines.joined(separator: "\n")
    }

    /// What a command said, as every terminal can show it.
    private static func plain(_ line: Substring) -> String {
        var text = ConsoleText()
        return text.plain(Array(line.utf8))
    }
}
