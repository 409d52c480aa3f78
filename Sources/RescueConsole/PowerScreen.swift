/// Asks before the machine goes down.
struct PowerScreen: Sendable {
    let power: Power

    var text: ScreenText {
        let (what, prompt) =
            switch power {
            case .reboot: ("reboot", "Reboot")
            case .off: ("power off", "Power off")
            case .start: ("start the restored system", "Start")
            }
        return ScreenText(
            what, ["Type yes to \(what)\(power == .start ? "" : " this machine"); anything else goes back."],
            prompt: prompt)
    }

    func answer(_ line: String) -> Bool { line.lowercased() == "yes" }
}
