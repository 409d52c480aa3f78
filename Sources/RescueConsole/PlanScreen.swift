/// Screen 5: what will be done, before any of it is.
struct PlanScreen: Sendable {
    enum Choice {
        case restore(RestoreSelection)
        /// What is on the disks now goes into a repository first.
        case keep
    }

    let selection: RestoreSelection
    let lines: [String]

    var text: ScreenText {
        ScreenText(
            "the plan",
            lines + [
                "Then the system is made to fit this machine, where it differs: drivers, boot",
                "loader, names of disks and network cards.",
                "", "Nothing is written yet. Type yes to go on to the confirmation of each disk.",
                "grow is yes, and the last partition of each disk uses what a larger disk has.",
                "exact leaves that out: every block stays as the moment has it.",
                "keep captures what is on the disks now first (main menu, 2).",
                "back changes the disks, menu leaves.",
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
        case "": .again
        default: .complaint("Type yes, grow, exact, keep, back or menu.")
        }
    }
}
