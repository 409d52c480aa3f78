/// Screen 7: a job runs. Nothing is typed here; Ctrl-C asks.
struct RunningScreen: Sendable {
    let job: Job
    let lines: [String]

    var text: ScreenText {
        ScreenText(job.titleWhileRunning, lines + ["Ctrl-C asks whether to stop.", ""], prompt: nil)
    }
}

/// Asks before a job is stopped.
struct StopScreen: Sendable {
    let job: Job

    var text: ScreenText {
        let consequence =
            switch job {
            case .restore:
                [
                    "If the restore stops now, the disks are incomplete and this machine does not boot.",
                    "It can be started again: what is right already is not written again.",
                ]
            case .capture: ["If the capture stops now, the repository shows exactly what it showed before."]
            case .comparison: ["It only reads: if it stops now, nothing is known, and nothing is changed."]
            }
        return ScreenText(
            "stop the \(job.name)?",
            consequence + ["", "Type STOP (capitals) to stop it; anything else goes on. It goes on meanwhile."],
            prompt: "Stop")
    }

    func answer(_ line: String) -> Bool { line == "STOP" }
}

/// Screen 8: how a job ended.
struct ReportScreen: Sendable {
    enum Choice { case menu, reboot, powerOff, start, save }

    let job: Job
    let report: JobReport

    /// Lines of a report that any terminal shows at once.
    private static let short = 24

    /// Whether the restored system can be started from here: only one that is proved to.
    var offersStart: Bool { job == .restore && report.outcome == .finished && report.isProved == true }

    var text: ScreenText {
        let start = offersStart ? ["k: start the restored system at once, without firmware and boot loader"] : []
        let keys = start + ["Enter: main menu, r: reboot, p: power off, s: save this report and logs"]
        // A screen shows the beginning of a long one, a serial line its end.
        let head = report.lines.count > Self.short ? (report.headline.map { [$0, ""] + keys + [""] } ?? []) : []
        return ScreenText(
            "\(job.name) \(report.outcome.rawValue)", head + report.lines + [""] + keys, prompt: "Done")
    }

    func answer(_ line: String) -> Answer<Choice> {
        switch line.lowercased() {
        case "": .take(.menu)
        case "r": .take(.reboot)
        case "p": .take(.powerOff)
        case "k" where offersStart: .take(.start)
        case "s": .take(.save)
        default: .complaint("Type r, p, \(offersStart ? "k, " : "")s, or Enter alone.")
        }
    }
}
