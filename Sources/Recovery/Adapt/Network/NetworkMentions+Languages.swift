extension NetworkMentions {
    mutating func read(_ lines: [String], path: String, language: NetworkFiles.Language) {
        switch language {
        case .ifupdown: readIfupdown(lines)
        case .netplan: readNetplan(lines)
        case .networkd: readNetworkd(lines, path)
        case .networkManager: readNetworkManager(lines)
        case .ifcfg: readIfcfg(lines, path)
        case .udevRules: readRules(lines)
        case .other: break
        }
    }

    /// interfaces(5), with the options of ifupdown2, bridge-utils, ifenslave, vlan and Open vSwitch.
    private mutating func readIfupdown(_ lines: [String]) {
        var current = ""
        for line in lines {
            let words = line.words().map { String(line[$0]) }
            guard let first = words.first, !first.hasPrefix("#"), words.count > 1 else { continue }
            let rest = words.dropFirst()
            switch first.replacing("_", with: "-") {
            case "auto", "allow-hotplug", "allow-auto": rest.forEach { mention($0) }
            case "iface":
                current = words[1].cut(at: ":")?.before ?? words[1]
                mention(current)
            case "bridge-ports", "bond-slaves", "slaves", "ovs-ports", "ovs-bonds":
                make(current)
                for lower in rest where !["none", "regex", "all"].contains(lower) { stack(current, on: lower) }
            case "vlan-raw-device", "ovs-bridge":
                stack(first.hasPrefix("ovs") ? words[1] : current, on: first.hasPrefix("ovs") ? current : words[1])
            case "ovs-type" where words[1] != "OVSPort": make(current)
            case "hwaddress": if let address = words.last { pin(current, to: address) }
            default: break
            }
        }
    }

    /// Sections and keys of systemd's and NetworkManager's files.
    private static func entries(_ lines: [String]) -> [(section: String, key: String, value: String)] {
        var section = ""
        return lines.compactMap { line in
            let text = line.trimmed
            if text.hasPrefix("["), text.hasSuffix("]") { section = String(text.dropFirst().dropLast()) }
            guard !text.hasPrefix("#"), !text.hasPrefix(";"), let (key, value) = text.cut(at: "=") else { return nil }
            return (section, key.trimmed, value.trimmed)
        }
    }

    private mutating func readNetworkd(_ lines: [String], _ path: String) {
        let entries = Self.entries(lines)
        func values(_ section: String, _ keys: Set<String>) -> [String] {
            entries.filter { $0.section == section && keys.contains($0.key) }.flatMap { entry in
                entry.value.words().map { String(entry.value[$0]) }
            }
        }
        values("NetDev", ["Name"]).forEach { make($0) }
        let names = path.hasSuffix(".link") ? values("Link", ["Name"]) : values("Match", ["Name"])
        names.forEach { mention($0) }
        let addresses = values("Match", ["MACAddress", "PermanentMACAddress"])
        guard let name = names.first, names.count == 1 else { return }
        if let address = addresses.first, addresses.count == 1 { pin(name, to: address) }
        for upper in values("Network", ["Bridge", "Bond", "VLAN", "MACVLAN", "VRF"]) { stack(upper, on: name) }
    }

    private mutating func readNetworkManager(_ lines: [String]) {
        let entries = Self.entries(lines)
        func value(_ sections: Set<String>, _ keys: Set<String>) -> String? {
            entries.first { sections.contains($0.section) && keys.contains($0.key) }?.value
        }
        guard let name = value(["connection"], ["interface-name"]) else { return }
        let type = value(["connection"], ["type"]) ?? ""
        if ["ethernet", "802-3-ethernet", "wifi", "802-11-wireless"].contains(type) {
            mention(name)
            let pin = value(["ethernet", "802-3-ethernet", "wifi", "802-11-wireless"], ["mac-address"])
            if let pin { self.pin(name, to: pin) }
        } else {
            make(name)
        }
        // Either may also be named by the UUID of its profile, which is no name of an interface.
        if let upper = value(["connection"], ["controller", "master"]) { stack(upper, on: name) }
        if let lower = value(["vlan", "macvlan"], ["parent"]) { stack(name, on: lower) }
    }

    /// Red Hat's and SUSE's shell variables.
    private mutating func readIfcfg(_ lines: [String], _ path: String) {
        var values: [String: String] = [:]
        for line in lines.prefix(1024) {
            guard !BootFiles.isComment(line), let (key, value) = line.trimmed.cut(at: "=") else { continue }
            values[key] = value.trimmed.unquoted
        }
        let name = values["DEVICE"] ?? String(NetworkFiles.name(path).dropFirst("ifcfg-".utf8.count))
        let type = values["TYPE"]?.lowercased() ?? "ethernet"
        let isMade =
            !["ethernet", "wireless"].contains(type) || values["BRIDGE"] == "yes" || values["BONDING_MASTER"] == "yes"
            || values["ETHERDEVICE"] != nil || values["BONDING_OPTS"] != nil
        if isMade { make(name) } else { mention(name) }
        if let address = values["HWADDR"] { pin(name, to: address) }
        for key in ["MASTER", "BRIDGE", "TEAM_MASTER"] {
            if let upper = values[key], upper != "yes" { stack(upper, on: name) }
        }
        let ports = values.filter {
            $0.key == "BRIDGE_PORTS" || $0.key.hasPrefix("BONDING_SLAVE") || $0.key == "ETHERDEVICE"
        }
        for (_, value) in ports.sorted(by: { $0.key < $1.key }) {
            for word in value.words() { stack(name, on: String(value[word])) }
        }
    }

    /// `SUBSYSTEM=="net", ATTR{address}=="52:…", NAME="eth0"`
    private mutating func readRules(_ lines: [String]) {
        for line in lines where !BootFiles.isComment(line) {
            let parts = line.split(separator: ",").map { String($0).trimmed }
            guard let name = parts.first(where: { $0.hasPrefix("NAME=\"") }).map({ String($0.dropFirst(5)).unquoted }),
                let match = parts.first(where: { $0.contains("{address}==") || $0.hasPrefix("SYSFS{address}") }),
                let address = match.ranges(of: "==").first.map({ String(match[$0.upperBound...]).unquoted })
            else { continue }
            pin(name, to: address)
        }
    }
}
