internal import Inventory
internal import Progress

/// Screen 2: which host.
struct HostScreen: Sendable {
    /// With title, suggestion and help it fits 24 lines.
    private static let pageLength = 14

    let hosts: [HostChoice]
    /// The name that was preset, when the repository has it.
    let preset: String?
    /// The host that looks like this machine.
    let suggested: HostChoice?
    /// Part of the names that are shown.
    private var filter: String?
    /// Places in `hosts` of what is listed.
    private var listed: [Int]
    private var pages: Pages

    init(hosts: [HostChoice], preset: String?) {
        self.hosts = hosts
        listed = Array(hosts.indices)
        pages = Pages(count: hosts.count, length: Self.pageLength)
        self.preset = hosts.contains { $0.name == preset && $0.moments > 0 } ? preset : nil
        suggested = MachineLikeness.best(of: hosts.map { $0.moments > 0 ? $0.likeness : nil }).map { hosts[$0] }
    }

    /// What Enter takes: the one that was searched for, else the one that was preset, else the one that looks like this machine.
    private var offered: HostChoice? {
        if listed.count == 1 { return hosts[listed[0]] }
        if filter != nil { return nil }
        if let preset { return hosts.first { $0.name == preset } }
        return suggested
    }

    var text: ScreenText {
        guard !hosts.isEmpty else {
            return ScreenText(
                "choose the host", ["This repository has no hosts yet.", "", "back chooses another; menu leaves."],
                prompt: "Host")
        }
        var table = TextTable(console: ["", "HOST", "LAST MOMENT (UTC)", "DISKS", "FIRMWARE", "VMS"])
        var rows: [Int: String] = [:]
        for (line, place) in pages.shown.enumerated() {
            let host = hosts[listed[place]]
            rows[line + 1] = "\(listed[place] + 1)"
            table.add(console: [
                "\(listed[place] + 1)", PlainText.cut(host.name, 24), host.newest ?? "-",
                Quantity.bytes(host.diskBytes), host.firmwareText, host.virtualMachines.map { "\($0)" } ?? "-",
            ])
        }
        var lines = table.consoleLines + [""]
        if let filter { lines.append("Names with \"\(filter)\": \(listed.count) of \(hosts.count). * shows all.") }
        if let suggested, let reasons = suggested.likeness?.reasons {
            lines.append("This machine looks like \(suggested.name): \(reasons.joined(separator: ", ")).")
        }
        let enter = offered.map { "Enter takes \($0.name). " } ?? ""
        lines.append("\(pages.hint)\(enter)Type a number, a name or a part of one. back or menu leaves.")
        return ScreenText("choose the host", lines, prompt: "Host", rows: rows)
    }

    mutating func answer(_ line: String) -> Answer<HostChoice> {
        // A name first: a host may be called "n", or "2".
        if let named = hosts.first(where: { $0.name == line }) { return take(named) }
        if let turned: Answer<HostChoice> = pages.turn(line) { return turned }
        if line.isEmpty {
            return offered.map(take) ?? .complaint("Type a number or a name of the list.")
        }
        if let number = Int(line) {
            return hosts.indices.contains(number - 1)
                ? take(hosts[number - 1]) : .complaint("There is no host \(number) in the list.")
        }
        return search(line)
    }

    private func take(_ host: HostChoice) -> Answer<HostChoice> {
        host.moments > 0 ? .take(host) : .complaint("\(host.name) has no moment yet that could be restored.")
    }

    /// Lists what has the text in its name, whatever the case.
    private mutating func search(_ text: String) -> Answer<HostChoice> {
        let part = text.lowercased()
        let found = hosts.indices.filter { text == "*" || hosts[$0].name.lowercased().contains(part) }
        guard !found.isEmpty else { return .complaint("No host has \"\(text)\" in its name.") }
        filter = text == "*" ? nil : text
        listed = found
        pages = Pages(count: found.count, length: Self.pageLength)
        return .again
    }
}
