/// All disks of this machine with their partitions. Looks, and changes nothing.
struct OverviewScreen: Sendable {
    enum Choice { case leave, lookAgain, details([String]) }

    /// With title and help it fits 24 lines.
    private static let pageLength = 18

    let disks: [DiskOverview]
    private let lines: [String]
    private var pages: Pages

    init(disks: [DiskOverview]) {
        self.disks = disks
        lines =
            disks.isEmpty
            ? ["This machine has no disks that Linux can see."]
            : disks.enumerated().flatMap { DiskTexts.overview($1, number: $0) }
        pages = Pages(count: lines.count, length: Self.pageLength)
    }

    var text: ScreenText {
        ScreenText(
            "disks of this machine",
            pages.shown.map { lines[$0] } + [
                "", "\(pages.hint)d 0 tells all of disk 0. r looks again. Enter or back: tools; menu leaves.",
            ], prompt: "Disk")
    }

    mutating func answer(_ line: String) -> Answer<Choice> {
        if let turned: Answer<Choice> = pages.turn(line) { return turned }
        let words = line.lowercased().split(separator: " ")
        switch words.first {
        case nil: return .take(.leave)
        case "r" where words.count == 1: return .take(.lookAgain)
        case "d" where words.count == 2:
            guard let number = Int(words[1]), disks.indices.contains(number) else {
                return .complaint("There is no disk \"\(words[1])\" of this machine.")
            }
            return .take(.details(DiskTexts.details(disks[number].disk, number: number)))
        default: return .complaint("Type d and the number of a disk, r, back, menu, or Enter alone.")
        }
    }
}
