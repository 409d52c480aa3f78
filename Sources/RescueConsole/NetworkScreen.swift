internal import Networking

/// The interfaces of this machine, as they are now; takes lines of network settings.
struct NetworkScreen: Sendable {
    enum Choice: Hashable { case leave, lookAgain, set(String) }

    /// With a card of this machine, where there is one.
    private var help: [String] {
        let name = lines.first?.split(separator: " ").first.map(String.init) ?? ""
        let card = name.utf8.count <= 8 && name.hasPrefix("e") ? name : "eth0"
        return [
            "Type a line to set an interface, instead of what it has now:",
            "  \(card) 192.0.2.5/24 via 192.0.2.1 dns 192.0.2.53    \(card) dhcp",
            "  \(card).42 dhcp (VLAN 42)    bond \(card) eth1 192.0.2.5/24 (LACP)",
            "  dns 192.0.2.53            proxy http://192.0.2.9:3128",
            "r looks again; Enter or back: main menu.",
        ]
    }

    let lines: [String]

    var text: ScreenText { ScreenText("network", lines + [""] + help, prompt: "Network") }

    func answer(_ line: String) -> Answer<Choice> {
        switch line.lowercased() {
        case "": return .take(.leave)
        case "r": return .take(.lookAgain)
        default:
            var settings = NetworkSettings()
            do throws(NetworkError) { try settings.add(line) } catch { return .complaint("\(error)") }
            return .take(.set(line))
        }
    }
}
