internal import Networking

/// The interfaces of this machine, as they are now; takes lines of network settings.
struct NetworkScreen: Sendable {
    enum Choice: Hashable { case leave, lookAgain, set(String) }

    private static let help = [
        "Type a line to set an interface, instead of what it has now:",
        "  eth0 192.0.2.5/24 via 192.0.2.1 dns 192.0.2.53    eth0 dhcp",
        "  eth0.42 dhcp (VLAN 42)    bond eth0 eth1 192.0.2.5/24 (LACP)",
        "  dns 192.0.2.53            proxy http://192.0.2.9:3128",
        "r looks again; Enter: main menu.",
    ]

    let lines: [String]

    var text: ScreenText { ScreenText("network", lines + [""] + Self.help, prompt: "Network") }

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
