/// Screen 5: what will be done, before any of it is.
struct PlanScreen: Sendable {
    let selection: RestoreSelection
    let lines: [String]

    var text: ScreenText {
        ScreenText(
            "the plan",
            lines + [
                "", "Nothing is written yet. Type yes to go on to the confirmation of each disk.",
                "back changes the disks, menu leaves.",
            ], prompt: "Plan")
    }

    func answer(_ line: String) -> Answer<Void> {
        switch line.lowercased() {
        case "yes": .take(())
        case "": .again
        default: .complaint("Type yes, back or menu.")
        }
    }
}
