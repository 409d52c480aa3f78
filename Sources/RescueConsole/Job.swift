/// The long works, of which one runs at a time on the whole machine.
package enum Job: Hashable, Sendable {
    case restore
    case capture
    /// Disks of this machine with a moment; only reads.
    case comparison

    var name: String {
        switch self {
        case .restore: "restore"
        case .capture: "capture"
        case .comparison: "comparison"
        }
    }

    var titleWhileRunning: String {
        switch self {
        case .restore: "restoring"
        case .capture: "capturing"
        case .comparison: "comparing"
        }
    }
}

/// How a job ended.
package struct JobReport: Hashable, Sendable {
    package enum Outcome: String, Hashable, Sendable { case finished, failed, stopped }

    package var outcome: Outcome
    /// What was done, what state the disks are in, what to do next.
    package var lines: [String]
    /// The one line that counts, which `lines` have as well.
    package var headline: String?
    /// Whether the restored system is proved to start; nil where that was not to be shown.
    package var isProved: Bool?
    package var wroteAnything: Bool

    package init(_ outcome: Outcome, _ lines: [String], isProved: Bool? = nil, wroteAnything: Bool = true) {
        self.outcome = outcome
        self.lines = lines
        self.isProved = isProved
        self.wroteAnything = wroteAnything
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
    /// The restored system starts at once, by its own kernel (`kexec`).
    case start
}
