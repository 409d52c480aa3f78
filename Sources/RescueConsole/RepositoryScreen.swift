/// Screen 1: where the blocks come from.
struct RepositoryScreen: Sendable {
    enum Choice { case address(String), disk }

    /// The address that Enter takes.
    var preset: String?

    var text: ScreenText {
        var lines = [
            "The address of a Lifeboat server or of any web server that serves a repository",
            "(http://192.0.2.10:8080/), or a directory that is mounted already.",
            "disk   choose a USB disk or NFS export to mount",
            "",
        ]
        if let preset {
            lines += [
                "Address: \(preset)", "", "Enter takes this address; type another to change it. back or menu leaves.",
            ]
        } else {
            lines += ["No address is preset: type one. back or menu leaves."]
        }
        return ScreenText("choose the repository", lines, prompt: "Repository")
    }

    func answer(_ line: String) -> Answer<Choice> {
        if line.isEmpty { return preset.map { .take(.address($0)) } ?? .complaint("Type an address.") }
        if line.lowercased() == "disk" { return .take(.disk) }
        let isURL = line.hasPrefix("http://") || line.hasPrefix("https://")
        guard isURL || line.hasPrefix("/") else {
            return .complaint(
                "\"\(line)\" is neither an address that starts with http:// or https:// nor a path from /.")
        }
        return .take(.address(line))
    }
}
