/// The other console restores or captures: two writers of one machine's disks must not be.
struct BusyScreen: Sendable {
    let goal: Goal
    let lines: [String]
    /// Whether Enter was typed: if it still works, this console attaches.
    var attaches = false

    var text: ScreenText {
        ScreenText(
            "another console is working",
            lines + [
                "", "Enter attaches this console: it shows what that one shows, and what is typed",
                "here answers there. r looks again; back or menu leaves.",
            ], prompt: "Busy")
    }
}
