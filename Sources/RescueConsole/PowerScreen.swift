/// Asks before the machine goes down.
struct PowerScreen: Sendable {
    let power: Power

    var text: ScreenText {
        let what = power == .reboot ? "reboot" : "power off"
        return ScreenText(
            what, ["Type yes to \(what) this machine; anything else goes back."],
            prompt: power == .reboot ? "Reboot" : "Power off")
    }

    func answer(_ line: String) -> Bool { line.lowercased() == "yes" }
}
