/// An operator at the serial console of a machine that has booted the rescue image.
package struct RescueMenu {
    private let machine: Machine

    package init(_ machine: Machine) {
        self.machine = machine
    }

    /// Waits for a screen and its prompt and answers; returns what the screen said.
    ///
    /// - Throws: when the menu complains about the answer before ("! …"), or does not show the screen in time.
    @discardableResult
    package func answer(_ turn: RescueDialogue.Turn, before typing: (String) throws -> Void = { _ in }) throws -> String
    {
        let console = machine.console
        let title = "== Lifeboat: \(turn.title) =="
        let (match, before) = try console.wait(forFirstOf: [title, "\n! "], within: turn.seconds)
        guard match == title else {
            let complaint = try console.wait(for: "> ", within: 30)
            throw HarnessError(
                "Before \"\(turn.title)\" the menu complains: \(complaint)\nafter: \(before.suffix(500))")
        }
        let screen = try console.wait(for: "\(turn.prompt)> ", within: 120)
        try typing(screen)
        try console.send(line: turn.answer)
        return screen
    }

    /// Waits until a restore that has begun has written as much, in per cent; returns what the screen shows then.
    @discardableResult
    package func waitForWriting(atLeast wanted: Int) throws -> Int {
        while true {
            let (_, said) = try machine.console.wait(forFirstOf: [" %  "], within: 300)
            let shown = said.matches(of: #/Writing +([0-9]+)\.[0-9] %  $/#).last.flatMap { Int($0.1) }
            if let shown, shown >= wanted { return shown }
        }
    }

    /// Waits for the end of a restore that has begun; returns its report.
    ///
    /// - Throws: with the report when the restore failed or was stopped.
    package func waitForReport(within seconds: Double) throws -> String {
        let console = machine.console
        let ends = [RescueDialogue.finished] + RescueDialogue.notFinished
        let (match, _) = try console.wait(forFirstOf: ends, within: seconds)
        let report = try console.wait(for: RescueDialogue.donePrompt, within: 120)
        guard match == RescueDialogue.finished, report.contains("Verified:") else {
            throw HarnessError("\(match)\n\(report)")
        }
        return report
    }

    /// The ranges of disk 0 that a report lists as adapted, from its lines "disk 0, bytes FIRST-END: why".
    package static func adaptedRanges(in report: String) -> [Range<Int>] {
        report.matches(of: #/disk 0, bytes ([0-9]+)-([0-9]+):/#).compactMap { match in
            guard let start = Int(match.1), let end = Int(match.2), start <= end else { return nil }
            return start..<end
        }
    }

    /// Answers the report's prompt with "reboot" and waits until the machine has reset.
    package func reboot() throws {
        try machine.console.send(line: RescueDialogue.rebootAnswer)
        // The menu may ask once more; its prompt or the reset is what comes next.
        try machine.waitForPowerOff(within: 180)
    }
}
