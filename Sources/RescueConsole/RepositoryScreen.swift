/// Screen 1: where the blocks come from.
struct RepositoryScreen: Sendable {
    enum Choice { case address(String), disk, access(AccessScreen.Kind) }

    /// The address that Enter takes.
    let preset: String?
    private let hasToken: Bool
    private let fingerprint: String?

    init(_ configuration: RescueConfiguration) {
        preset = configuration.repository
        hasToken = configuration.token != nil
        fingerprint = configuration.fingerprint
    }

    var text: ScreenText {
        var lines = [
            "The address of a Lifeboat server or of any web server that serves a repository",
            "(http://192.0.2.10:8080/), or a directory that is mounted already.",
            "disk         choose a USB disk or NFS export to mount",
            "token        for a server that asks for one (\(hasToken ? "one is set" : "none is set"))",
            "fingerprint  of the server's key, to know it by (\(fingerprint.map { PlainText.cut($0, 20) } ?? "none is set"))",
            "",
        ]
        if let preset {
            lines += [
                "Address: \(preset)", "", "Enter takes this address; type another to change it. back or menu leaves.",
            ]
        } else {
            lines += ["No address is preset: type one. back or menu leaves."]
        }
        return ScreenText(
            "choose the repository", lines, prompt: "Repository", rows: [2: "disk", 3: "token", 4: "fingerprint"])
    }

    func answer(_ line: String) -> Answer<Choice> {
        if line.isEmpty { return preset.map { .take(.address($0)) } ?? .complaint("Type an address.") }
        if line.lowercased() == "disk" { return .take(.disk) }
        if let kind = AccessScreen.Kind(rawValue: line.lowercased()) { return .take(.access(kind)) }
        let isURL = line.hasPrefix("http://") || line.hasPrefix("https://")
        guard isURL || line.hasPrefix("/") else {
            return .complaint(
                "\"\(line)\" is neither an address that starts with http:// or https:// nor a path from /.")
        }
        return .take(.address(line))
    }
}
