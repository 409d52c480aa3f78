import LinuxSystem
import RepositoryFormat
import RescueConsole

/// How the last job ended, for the shell and for scripts: report.txt and report.json; of a comparison comparison.txt and
/// comparison.json.
enum ReportFiles {
    private struct Failure: Encodable {
        let outcome: String
        let message: String
    }

    /// `json` nil: outcome and message are all there is to say. Writes nothing for a job that was refused.
    static func write(_ result: ConsoleResult, json: [UInt8]?, to directory: String, named base: String = "report") {
        guard case .report(let report) = result else { return }
        let text = report.lines.joined(separator: "\n")
        let json = json ?? encodeJSON(Failure(outcome: report.outcome.rawValue, message: text))
        for (ending, bytes) in [("txt", Array((text + "\n").utf8)), ("json", json)] {
            do {
                try Files.write(bytes, to: "\(directory)/\(base).\(ending)")
            } catch {
                // The report is on the screen as well.
                Terminal.log("report: \(error)")
            }
        }
    }
}
