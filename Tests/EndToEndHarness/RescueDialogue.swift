/// What the rescue image's menu shows on a console, and what an operator answers: the one place here that knows its
/// words (docs/rescue-menu.md is where they are fixed).
package struct RescueDialogue: Sendable {
    /// One screen and its answer: wait for the title, then for the prompt, then type one line.
    package struct Turn: Sendable {
        package let title: String
        package let prompt: String
        package let answer: String
        package let seconds: Double

        package init(title: String, prompt: String, answer: String, seconds: Double = 180) {
            self.title = title
            self.prompt = prompt
            self.answer = answer
            self.seconds = seconds
        }
    }

    package let turns: [Turn]

    /// Restoring the newest moment of a host whose only disk goes to the only disk of the machine.
    package static func restore(
        repository: String, host: String, serial: String, isAdapted: Bool = true
    ) -> RescueDialogue {
        RescueDialogue(turns: [
            Turn(title: "main menu", prompt: "Choice", answer: "1", seconds: 900),
            Turn(title: "choose the repository", prompt: "Repository", answer: repository),
            Turn(title: "choose the host", prompt: "Host", answer: host),
            Turn(title: "choose the moment", prompt: "Moment", answer: "latest"),
            Turn(title: "choose the disks", prompt: "Disks", answer: "0=0"),
            Turn(title: "the plan", prompt: "Plan", answer: isAdapted ? "yes" : "exact"),
            Turn(title: "confirm what is erased", prompt: "Serial", answer: String(serial.suffix(6))),
        ])
    }

    package static let unlockTitle = "== Lifeboat: unlock the restored disks =="
    package static let finished = "== Lifeboat: restore finished =="
    package static let notFinished = ["== Lifeboat: restore failed ==", "== Lifeboat: restore stopped =="]
    package static let donePrompt = "Done> "
    package static let rebootAnswer = "r"
}
