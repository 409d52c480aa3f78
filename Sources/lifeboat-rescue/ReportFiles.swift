import LinuxSystem
import RepositoryFormat
import RescueConsole

/// How the last job ended, for the shell and for scripts: report.txt and report.json.
enum ReportFiles {
    private struct Failure: Encodable {
        let outcome: String
        let message: String
    }

    /// `json` nil: outcome and message are all there is to say. Writes nothing for a job that was refused.
    static func write(_ result: ConsoleResult, json: [UInt8]?, to directory: String) {
        guard case .report(let report) = result else { return }
        let text = report.lines.joined(separator: "\n")
        let json = json ?? encodeJSON(Failure(outcome: report.outcome.rawValue, message: text))
        for (name, bytes) in [("report.txt", Array((text + "\n").utf8)), ("report.json", json)] {
            do {
                try Files.write(bytes, to: "\(directory)/\(name)")
            } catch {
                // The report is on the screen as well.
                Terminal.log("report: \(error)")
            }
        }
    }
}
