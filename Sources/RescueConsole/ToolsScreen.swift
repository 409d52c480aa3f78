/// What an operator needs beside a restore.
struct ToolsScreen: Sendable {
    enum Choice: Hashable { case shell, disks, save, clock, test, compare }

    private static let choices: [(choice: Choice, words: String)] = [
        (.shell, "Shell"),
        (.disks, "Disks of this machine: partitions, what is on them, who uses them"),
        (.save, "Save logs and reports: to a USB disk, an NFS export or a directory"),
        (.clock, "Keyboard and clock"),
        (.test, "Test the network to the repository: each step of the way, and the throughput"),
        (.compare, "Verify a restored disk: compares it with a moment, and says where it differs"),
    ]

    var text: ScreenText {
        ScreenText(
            "tools",
            Self.choices.enumerated().map { "\($0 + 1)  \($1.words)" } + [
                "", "None of these writes to a disk that you did not name. back or menu leaves.",
            ], prompt: "Tool",
            rows: Dictionary(uniqueKeysWithValues: Self.choices.indices.map { ($0, "\($0 + 1)") }))
    }

    func answer(_ line: String) -> Answer<Choice> {
        if line.isEmpty { return .again }
        guard let number = Int(line), Self.choices.indices.contains(number - 1) else {
            return .complaint("Type a number from 1 to \(Self.choices.count), back or menu.")
        }
        return .take(Self.choices[number - 1].choice)
    }
}
