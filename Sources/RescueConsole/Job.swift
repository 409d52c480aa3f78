/// The two long works, of which one runs at a time on the whole machine.
package enum Job: Hashable, Sendable {
    case restore
    case capture

    var name: String { self == .restore ? "restore" : "capture" }
    var titleWhileRunning: String { self == .restore ? "restoring" : "capturing" }
}

/// How a job ended.
package struct JobReport: Hashable, Sendable {
    package enum Outcome: String, Hashable, Sendable { case finished, failed, stopped }

    package var outcome: Outcome
    /// What was done, what state the disks are in, what to do next.
    package var lines: [String]

    package init(_ outcome: Outcome, _ lines: [String]) {
        self.outcome = outcome
        self.lines = lines
    }
}

/// What needs the machine for itself, asked for in the main menu.
package enum Goal: Hashable, Sendable {
    case job(Job)
    case power(Power, confirmed: Bool)
}

package enum Power: Hashable, Sendable {
    case reboot
    case off
}
