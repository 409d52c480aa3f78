/// A LUKS container of the restored disks, as the operator is asked for its passphrase.
package struct PassphraseQuestion: Hashable, Sendable {
    /// "partition 3 of /dev/sda (LUKS 0b3c…)".
    package var container: String
    /// What is to be known of its key slots; nil when there is nothing.
    package var warning: String?
    /// Whether the passphrase before was wrong.
    package var isRepeated: Bool

    package init(container: String, warning: String? = nil, isRepeated: Bool = false) {
        self.container = container
        self.warning = warning
        self.isRepeated = isRepeated
    }
}

/// Between restoring and adapting: what lies in a container can only be made to fit this machine when it is open.
struct PassphraseScreen: Sendable {
    let question: PassphraseQuestion

    var text: ScreenText {
        var lines = ["The restored disks have an encrypted container:", "  \(question.container)"]
        if let warning = question.warning { lines.append("  Warning: \(warning)") }
        lines += [
            "", "Type its passphrase; it is not shown and not kept. The keyboard is US English.",
            "Enter alone leaves it locked: then nothing in it is made to fit this machine,",
            "nothing proves that it starts, and the report says so before the menu.",
        ]
        return ScreenText("unlock the restored disks", lines, prompt: "Passphrase", isSecret: true)
    }
}
