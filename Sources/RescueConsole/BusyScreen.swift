/// The other console restores or captures: two writers of one machine's disks must not be.
struct BusyScreen: Sendable {
    let goal: Goal
    let lines: [String]

    var text: ScreenText {
        ScreenText(
            "another console is working", lines + ["", "Enter looks again; back or menu leaves."], prompt: "Busy")
    }
}
