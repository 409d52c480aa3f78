/// What the rescue image's menu asks on a console, and what an operator answers. The one place that knows its words.
package struct RescueDialogue: Sendable {
    /// The menu waits for `question`; the operator types `answer` and presses Enter.
    package struct Turn: Sendable {
        package let question: String
        package let answer: String
        package let seconds: Double
    }

    package let turns: [Turn]
    /// What the menu says once the restore is done and verified; then it offers `reboot`.
    package let success: String
    package let reboot: Turn
}
