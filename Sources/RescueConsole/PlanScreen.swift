internal import Inventory

/// Screen 5: what will be done, before any of it is.
struct PlanScreen: Sendable {
    enum Choice {
        case restore(RestoreSelection)
        /// What is on the disks now goes into a repository first.
        case keep
    }

    let selection: RestoreSelection
    let lines: [String]
    /// All disks of this machine.
    var present: [PresentDisk] = []

    /// What happens to each disk, where it stays on a small screen.
    private var fates: [String] {
        let targets = selection.targets.map(\.target)
        let others = present.filter { disk in !targets.contains { $0.path == disk.path } }
        return targets.map { "ERASED: \($0.target.description), \($0.found)" }
            + (others.isEmpty
                ? [] : ["NOT TOUCHED: " + others.map { "\($0.path) (\($0.found))" }.joined(separator: ", ")])
    }

    var text: ScreenText {
        ScreenText(
            "the plan",
            lines + [
                "Then the system is made to fit this machine, where it differs: drivers, boot",
                "loader, names of disks and network cards.",
                "",
            ] + fates + [
                "Nothing is written yet. Type one of these:",
                "  yes    go on: next each disk is confirmed; nothing is written before that",
                "  grow   as yes, and the last partition grows where the disk is larger",
                "  exact  as yes, but nothing is adapted: every block as the moment has it",
                "  keep   first save what is on the disks now (main menu, 2: capture)",
                "  back   change the disks; menu leaves",
            ], prompt: "Plan")
    }

    /// The selection as it shall be restored.
    func answer(_ line: String) -> Answer<Choice> {
        var chosen = selection
        chosen.adapts = line.lowercased() != "exact"
        chosen.grows = line.lowercased() == "grow"
        return switch line.lowercased() {
        case "yes", "grow", "exact": .take(.restore(chosen))
        case "keep": .take(.keep)
        default: .complaint("Type yes, grow, exact, keep, back or menu.")
        }
    }
}
