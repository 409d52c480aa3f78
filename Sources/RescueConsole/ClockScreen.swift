internal import Repository

/// Keyboard, clock and time zone. A dead battery sets the clock to years ago, and then no certificate is valid.
struct ClockScreen: Sendable {
    enum Choice: Hashable {
        case leave, lookAgain, network
        case keyboard(String)
        /// Nanoseconds since 1970, UTC.
        case time(Int64)
        case zone(UTCOffset)
    }

    let status: ClockStatus
    let zone: UTCOffset
    /// Nanoseconds since 1970.
    let built: Int64?
    let isSerial: Bool

    var text: ScreenText {
        let layout = status.keyboard.map { "\($0) is loaded" } ?? "us (none was chosen)"
        var lines = ["Keyboard   \(layout)"]
        if isSerial { lines.append("           of the screen (tty1): a serial line has the keyboard of its terminal") }
        lines += [
            "Clock      \(zone.text(ofNanoseconds: status.system))",
            "Hardware   "
                + (status.hardware.map {
                    "\(zone.text(ofNanoseconds: $0)) (\(ClockStatus.difference($0 - status.system)))"
                } ?? "no hardware clock, or it holds no time: its battery may be empty"),
            "Zone       \(zone.text): how times are shown, and read where they name none",
        ]
        if let warning = ClockStatus.warning(status.system, built: built, zone: zone) { lines += ["", warning] }
        return ScreenText(
            "keyboard and clock",
            lines + [
                "", "keyboard de             one of: \(status.layouts.joined(separator: " "))",
                "clock 2026-11-27 18:00  sets both clocks (the hardware's runs in UTC)",
                "clock network           asks the repository's server what time it is, and you",
                "zone +01:00             (zone UTC)",
                "r looks again. Enter or back: tools; menu leaves.",
            ], prompt: "Clock")
    }

    func answer(_ line: String) -> Answer<Choice> {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        let value = words.count > 1 ? words[1].drop { $0 == " " } : ""
        switch (words.first?.lowercased() ?? "", value.isEmpty) {
        case ("", _): return .take(.leave)
        case ("r", true): return .take(.lookAgain)
        case ("keyboard", false):
            let name = value.lowercased()
            return status.layouts.contains(name)
                ? .take(.keyboard(name)) : .complaint("There is no layout \"\(value)\" in this image.")
        case ("clock", false): return time(String(value))
        case ("zone", false):
            return UTCOffset(String(value)).map { .take(.zone($0)) }
                ?? .complaint("\"\(value)\" is not a distance from UTC, such as +01:00, -5 or UTC.")
        default: return .complaint("Type keyboard, clock or zone and what it shall be, or Enter alone.")
        }
    }

    private func time(_ value: String) -> Answer<Choice> {
        if value.lowercased() == "network" { return .take(.network) }
        guard let time = Timestamp.parse(value, zone: zone) else {
            return .complaint("\"\(value)\" is not a time, such as 2026-11-27 18:00 or 2026-11-27 18:00:30.")
        }
        guard time >= 946_684_800_000_000_000 else {
            return .complaint("A clock before the year 2000 is of no use: nothing was set.")
        }
        return .take(.time(time))
    }
}

/// Shows what the server says before it is believed: nothing proves who answered.
struct ServerTimeScreen: Sendable {
    let address: String
    /// How far the server is ahead of this machine, in nanoseconds.
    let ahead: Int64
    /// The server's time when it was asked.
    let time: Int64
    let zone: UTCOffset

    var text: ScreenText {
        ScreenText(
            "the server's time",
            [
                address, "says that it is \(zone.text(ofNanoseconds: time)).",
                "This machine's clock is \(ClockStatus.difference(-ahead)).", "",
                "Nothing proves that this answer came from your server: compare it with a watch.",
                "Type yes to set both clocks to it. back goes back, menu leaves.",
            ], prompt: "Time")
    }

    func answer(_ line: String) -> Answer<Void> {
        switch line.lowercased() {
        case "yes": .take(())
        case "": .again
        default: .complaint("Type yes, back or menu.")
        }
    }
}
