internal import LinuxSystem

/// One step of making a restored system fit the machine it woke up on: detect → decide → apply → prove.
///
/// Detecting and deciding happen in `plan`, which reads and changes nothing. What is to be done is a list of values; they are
/// printed by a dry run, carried out by `AdaptationRun`, and stand in the report with their reasons. A step is idempotent:
/// after it was applied, its plan is empty.
package protocol AdaptationStep: Sendable {
    /// One word, as `--only` and the report name it: "initramfs".
    var name: String { get }

    /// What opening the disks to change them has changed already, and why; also where the step is left out. Nothing by default.
    func done(_ system: RestoredSystem) -> [String]

    /// What is to be changed and why, or that nothing is. Reads only.
    func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan

    /// What must hold for the system to start, looked up anew in the system as it is now. Reads only; does not rely on what
    /// `plan` found. Called whether or not the step was switched on: a step that was left out must show here.
    func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof]
}

extension AdaptationStep {
    package func done(_ system: RestoredSystem) -> [String] { [] }
}

/// What a step wants to do.
package struct AdaptationPlan: Sendable {
    package var changes: [AdaptationChange] = []
    /// What an operator should know and nothing is done about.
    package var warnings: [String] = []

    package init(changes: [AdaptationChange] = [], warnings: [String] = []) {
        self.changes = changes
        self.warnings = warnings
    }

    /// Writes those of `files` that are not so already. `reason` stands behind the path.
    package init(
        writing files: [(path: String, text: String)], in tree: SystemTree, reason: String
    ) throws(RecoveryError) {
        self.init()
        for (path, text) in files {
            let known: [UInt8]?
            do throws(SystemCallError) { known = try tree.contents(of: path) } catch {
                throw RecoveryError(.failed, "\(path) of the restored system cannot be read: \(error).", cause: error)
            }
            guard known != Array(text.utf8) else { continue }
            changes.append(
                AdaptationChange(
                    .write(path: path, bytes: Array(text.utf8), mode: 0o644), reason: "\(path): \(reason)"))
        }
    }
}

/// Something that must be true for a restored system to start, and whether it is.
package struct Proof: Codable, Hashable, Sendable {
    /// "root file system 0b3c… is on /dev/nvme0n1"
    package var statement: String
    package var holds: Bool
    /// Where it does not hold: what was found instead and what to do.
    package var detail: String

    package init(_ statement: String, holds: Bool, detail: String = "") {
        self.statement = statement
        self.holds = holds
        self.detail = detail
    }
}
