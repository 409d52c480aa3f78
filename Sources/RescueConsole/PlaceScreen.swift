internal import Progress

/// Where a repository in a directory lies, or where something is saved to: a file system to mount, an NFS export, or a directory
/// that is there.
struct PlaceScreen: Sendable {
    enum Purpose {
        /// A restore mounts the repository read-only.
        case restore
        /// A capture writes to it.
        case capture
        /// Logs and reports are copied there.
        case save
    }

    let systems: [LocalFileSystem]
    let purpose: Purpose

    private var question: String {
        switch purpose {
        case .restore: "Where does the repository lie?"
        case .capture: "Where is the image written to?"
        case .save: "Where shall logs and reports be copied to?"
        }
    }

    private var consequence: String {
        switch purpose {
        case .restore: "It is mounted read-only."
        case .capture:
            "It is mounted writable, which changes no file; a repository is made only after you say so. "
                + "Its disk cannot be captured."
        case .save: "A directory is made there, nothing else is changed, and it is unmounted."
        }
    }

    var text: ScreenText {
        var lines = [question, ""]
        if systems.isEmpty {
            lines.append("No file system that can be mounted was found on the disks of this machine.")
        }
        var rows: [Int: String] = [:]
        for (number, system) in systems.enumerated() {
            rows[lines.count] = "\(number)"
            let label = system.label.map { " '\($0)'" } ?? ""
            lines.append("  \(number)  \(system.path)  \(system.kind)\(label)  \(Quantity.bytes(system.sizeInBytes))")
            lines.append("     on \(system.disk)")
        }
        lines += [
            "",
            "Type a number, an NFS export (server:/export), or a directory that is mounted already.",
            "\(consequence) r looks again. back or menu leaves.",
        ]
        return ScreenText("choose a disk or export", lines, prompt: "Place", rows: rows)
    }

    /// nil: look again.
    func answer(_ line: String) -> Answer<RepositoryPlace?> {
        if line.isEmpty { return .again }
        if line.lowercased() == "r" { return .take(nil) }
        if let number = Int(line) {
            return systems.indices.contains(number)
                ? .take(.fileSystem(systems[number])) : .complaint("There is no file system \(number) in the list.")
        }
        if line.hasPrefix("/") { return .take(.directory(line)) }
        let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2, !sides[0].isEmpty, sides[1].hasPrefix("/"), !sides[1].hasPrefix("//") else {
            return .complaint("\"\(line)\" is neither a number, nor server:/export, nor a path from /.")
        }
        return .take(.export(line))
    }
}

/// Asks before an empty repository is made.
struct MakeRepositoryScreen: Sendable {
    let place: RepositoryPlace
    let directory: String

    var text: ScreenText {
        ScreenText(
            "make a repository",
            [
                "There is no repository in \(place.description) yet.",
                "Making one adds a few files and folders there; nothing else is changed.", "",
                "Type yes to make it. back chooses another place, menu leaves.",
            ], prompt: "Make")
    }

    func answer(_ line: String) -> Answer<Void> {
        switch line.lowercased() {
        case "yes": .take(())
        case "": .again
        default: .complaint("Type yes, back or menu.")
        }
    }
}
