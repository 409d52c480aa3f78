internal import BlockDevices
internal import Inventory

/// Which disks of this machine are captured, together, as one moment.
struct CaptureDisksScreen: Sendable {
    /// The directory, and the hosts it has.
    let repository: String
    let hosts: [String]
    let disks: [PresentDisk]
    /// Why there may be none.
    var absence: [String] = []

    /// What Enter takes: every disk that can be read and is not used by this system.
    private var offered: [Int] { disks.indices.filter { Self.obstacle(disks[$0]) == nil && !disks[$0].isRemovable } }

    /// Why a disk cannot be captured. Reading does not mind write protection.
    private static func obstacle(_ disk: PresentDisk) -> String? {
        if let role = disk.roles.map(\.description).sorted().first { return role }
        if let problem = disk.problem { return "cannot be read (\(problem))" }
        return disk.use.isFree ? nil : "is in use (\(disk.use))"
    }

    var text: ScreenText {
        var lines = disks.isEmpty ? DiskTexts.noDisks(absence, isAny: false) : ["The disks of this machine:"]
        for (number, disk) in disks.enumerated() {
            lines += DiskTexts.present(disk, number: number)
            if let obstacle = Self.obstacle(disk) { lines.append("     CANNOT BE CAPTURED: it \(obstacle)") }
        }
        let names = offered.map { "\($0)" }.joined(separator: " ")
        lines += [
            "", "They are read, never written.",
            (offered.isEmpty ? "" : "Enter takes \(names). ") + "Or type numbers: 0 2. back or menu leaves.",
        ]
        return ScreenText("choose the disks to capture", lines, prompt: "Disks")
    }

    func answer(_ line: String) -> Answer<[PresentDisk]> {
        var numbers: [Int] = []
        for word in line.split(whereSeparator: { $0 == " " || $0 == "," }) {
            guard let number = Int(word), disks.indices.contains(number) else {
                return .complaint("There is no disk \"\(word)\" in the list.")
            }
            guard !numbers.contains(number) else { return .complaint("Disk \(number) is named twice.") }
            if let obstacle = Self.obstacle(disks[number]) {
                return .complaint("\(disks[number].target.description) cannot be captured: it \(obstacle).")
            }
            numbers.append(number)
        }
        if line.isEmpty { numbers = offered }
        return numbers.isEmpty
            ? .complaint("Type the numbers of the disks to capture.") : .take(numbers.map { disks[$0] })
    }
}

/// Under which name the machine is kept.
struct NameScreen: Sendable {
    let hosts: [String]

    var text: ScreenText {
        var lines: [String] = []
        if !hosts.isEmpty {
            lines.append("Hosts of this repository; taking one of them adds a moment to it:")
            lines += hosts.enumerated().map { "  \($0 + 1)  \($1)" } + [""]
        }
        lines.append(
            "Type \(hosts.isEmpty ? "" : "a number, or ")the name that this machine is to have. back or menu leaves.")
        return ScreenText("name the host", lines, prompt: "Name")
    }

    func answer(_ line: String) -> Answer<String> {
        if line.isEmpty { return .complaint("Type a name.") }
        if let known = hosts.first(where: { $0 == line }) { return .take(known) }
        if let number = Int(line), hosts.indices.contains(number - 1) { return .take(hosts[number - 1]) }
        guard line.utf8.count <= 255, line.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7f }) else {
            return .complaint("A name has no blanks, is plain ASCII and at most 255 characters long.")
        }
        return .take(line)
    }
}

/// The last screen before a capture: nothing on the disks is changed by it.
struct CaptureReadyScreen: Sendable {
    let selection: CaptureSelection
    let isKnown: Bool

    var text: ScreenText {
        var lines = [
            "Host        \(selection.host)" + (isKnown ? " (known: a new moment)" : " (new)"),
            "Repository  \(selection.repository)",
        ]
        for (number, disk) in selection.disks.enumerated() {
            lines.append("Disk \(number)      \(disk.target.description), \(DiskTexts.size(disk.geometry.sizeInBytes))")
        }
        lines += ["", "Type yes to capture. back changes the name, menu leaves."]
        return ScreenText("ready to capture", lines, prompt: "Capture")
    }

    func answer(_ line: String) -> Answer<Void> {
        switch line.lowercased() {
        case "yes": .take(())
        case "": .again
        default: .complaint("Type yes, back or menu.")
        }
    }
}
