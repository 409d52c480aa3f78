internal import Progress

/// Screen 2: which host.
struct HostScreen: Sendable {
    let hosts: [HostChoice]
    /// The name that was preset, when the repository has it.
    let preset: String?
    private var pages: Pages

    init(hosts: [HostChoice], preset: String?) {
        self.hosts = hosts
        pages = Pages(count: hosts.count, length: 15)
        self.preset = hosts.contains { $0.name == preset && $0.moments > 0 } ? preset : nil
    }

    /// What Enter takes.
    private var offered: HostChoice? {
        if let preset { return hosts.first { $0.name == preset } }
        return hosts.count == 1 ? hosts.first : nil
    }

    var text: ScreenText {
        guard !hosts.isEmpty else {
            return ScreenText(
                "choose the host", ["This repository has no hosts yet.", "", "back chooses another; menu leaves."],
                prompt: "Host")
        }
        var table = TextTable(console: ["", "HOST", "LAST MOMENT (UTC)", "MOMENTS", "DISKS"])
        for number in pages.shown {
            let host = hosts[number]
            table.add(console: [
                "\(number + 1)", PlainText.cut(host.name, 30), host.newest ?? "-", "\(host.moments)",
                Quantity.bytes(host.diskBytes),
            ])
        }
        let enter = offered.map { "Enter takes \($0.name). " } ?? ""
        return ScreenText(
            "choose the host",
            table.consoleLines + ["", "\(pages.hint)\(enter)Type a number or a name. back or menu leaves."],
            prompt: "Host", rows: pages.rows(under: 1))
    }

    mutating func answer(_ line: String) -> Answer<HostChoice> {
        // A name first: a host may be called "n", or "2".
        if !hosts.contains(where: { $0.name == line }), let turned: Answer<HostChoice> = pages.turn(line) {
            return turned
        }
        let chosen: HostChoice?
        if line.isEmpty {
            chosen = offered
            if chosen == nil { return .complaint("Type a number or a name of the list.") }
        } else {
            chosen =
                hosts.first { $0.name == line }
                ?? Int(line).flatMap { number in
                    hosts.indices.contains(number - 1) ? hosts[number - 1] : nil
                }
        }
        guard let chosen else { return .complaint("There is no host \"\(line)\" in the list.") }
        guard chosen.moments > 0 else { return .complaint("\(chosen.name) has no moment yet that could be restored.") }
        return .take(chosen)
    }
}
