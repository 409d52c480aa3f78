internal import BlockDevices
internal import Inventory

/// Screen 6: each target is named by its serial before it is erased. Nothing else goes on from here.
struct ConfirmScreen: Sendable {
    /// More would be guessing.
    static let tries = 3

    enum Outcome {
        /// All targets are confirmed, by these texts.
        case confirmed([String])
        case nextTarget
        /// The operator went back, or guessed too often.
        case leave(String?)
        case complaint(String)
    }

    let selection: RestoreSelection
    /// All disks present: a tail that fits two of them names none.
    let present: [PresentDisk]
    private var confirmations: [String] = []
    private var wrong = 0

    init(selection: RestoreSelection, present: [PresentDisk]) {
        self.selection = selection
        self.present = present
    }

    /// Which target is asked for, from 0.
    var position: Int { confirmations.count }
    private var current: PresentDisk { selection.targets[position].target }
    private var others: [TargetIdentity] { present.map(\.target) }

    var text: ScreenText {
        let sources = selection.targets[position].sources.map { "\($0)" }
        let disks = (sources.count == 1 ? "disk " : "disks ") + sources.joined(separator: " and ")
        return ScreenText(
            "confirm what is erased",
            [
                "Target \(position + 1) of \(selection.targets.count), for \(disks) of "
                    + "\(selection.host) at \(selection.moment.text):",
                "  \(current.target.description), \(DiskTexts.size(current.geometry.sizeInBytes))",
                "  on it now: \(current.found)",
                "ALL OF THIS IS ERASED.",
                "",
                "To confirm, \(current.target.confirmationHint(among: others)).",
                "An empty line or back goes back to the plan; menu leaves.",
            ], prompt: current.target.serial == nil ? "Identity" : "Serial")
    }

    mutating func answer(_ line: String) -> Outcome {
        if line.isEmpty { return .leave(nil) }
        // The screen shows the serial in quotation marks: they are typed as well.
        let isQuoted = line.count > 1 && line.hasPrefix("\"") && line.hasSuffix("\"")
        let line = isQuoted ? String(line.dropFirst().dropLast()) : line
        let problem: String
        switch current.target.matches(confirmation: line, among: others) {
        case .yes:
            confirmations.append(line)
            return confirmations.count == selection.targets.count ? .confirmed(confirmations) : .nextTarget
        case .ambiguous(let rivals):
            problem = "\"\(line)\" also fits \(rivals.map(\.description).joined(separator: " and ")): type more of it."
        case .tooShort: problem = "\"\(line)\" is too short to be a proof: at least the last 6 characters."
        case .no: problem = "\"\(line)\" does not name \(current.path)."
        }
        wrong += 1
        return wrong < Self.tries
            ? .complaint(problem) : .leave("\(problem) Three wrong answers: back to the plan. Nothing was written.")
    }
}
