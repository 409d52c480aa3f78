extension NetworkSettings {
    /// From the words of a boot's parameters: `lifeboat.network=`, and what dracut(7) and the kernel know as `ip=`,
    /// `vlan=`, `bond=` and `nameserver=`. What cannot be used is left out and complained of: a machine that starts is
    /// better than none.
    package init(parameters: [(name: String, value: String)], complaints: inout [String]) {
        self.init()
        var dracut: [String] = []
        // Bonds before what lies on them.
        for kind in ["bond", "ip", "vlan", "nameserver"] {
            for (name, value) in parameters where name == kind {
                guard let line = Self.line(name, value, bonds: dracut) else {
                    if !Self.isAutomatic(value), !Self.isNamedVLAN(name, value) {
                        complaints.append("\(name)=\(value) is not understood.")
                    }
                    continue
                }
                dracut.append(line)
            }
        }
        dracut = Self.joined(dracut)
        let own = parameters.filter { $0.name == "lifeboat.network" }.flatMap { $0.value.split(separator: ";") }
        for line in dracut + own.map(String.init) {
            do throws(NetworkError) { try add(line) } catch { complaints.append("\"\(line)\": \(error)") }
        }
    }

    /// What every interface gets anyway.
    private static func isAutomatic(_ value: String) -> Bool {
        ["dhcp", "on", "any", "auto6", "dhcp6", "either6"].contains(value)
    }

    /// `vlan=eth0.42:eth0` says nothing that the name does not say.
    private static func isNamedVLAN(_ name: String, _ value: String) -> Bool {
        let fields = fields(value)
        return name == "vlan" && fields.count == 2 && fields[0].hasPrefix(fields[1] + ".")
    }

    /// Name servers are one line, however many words they came in.
    private static func joined(_ lines: [String]) -> [String] {
        let servers = lines.filter { $0.hasPrefix("dns ") }.map { $0.dropFirst(4) }
        return lines.filter { !$0.hasPrefix("dns ") }
            + (servers.isEmpty ? [] : ["dns " + servers.joined(separator: " ")])
    }

    private static func line(_ name: String, _ value: String, bonds: [String]) -> String? {
        let fields = fields(value)
        switch name {
        case "nameserver": return value.isEmpty ? nil : "dns \(fields[0])"
        // bond=bond0:eth0,eth1:mode=802.3ad,miimon=100
        case "bond":
            guard fields.count >= 2 else { return nil }
            let options = fields.dropFirst(2).first?.split(separator: ",") ?? []
            let mode = options.first { $0.hasPrefix("mode=") }.map { " \($0.dropFirst(5))" } ?? ""
            let members = fields[1].split(separator: ",").joined(separator: " ")
            return "\(fields[0]) bond \(members)\(mode) none"
        case "ip": return interface(fields)
        default: return nil
        }
    }

    /// `ip=INTERFACE:dhcp` or `ip=CLIENT:PEER:ROUTER:MASK:NAME:INTERFACE:METHOD:DNS:DNS`.
    private static func interface(_ fields: [String]) -> String? {
        if fields.count == 2 || fields.count == 3, fields[1] == "dhcp" { return "\(fields[0]) dhcp" }
        guard fields.count >= 6, !fields[5].isEmpty else { return nil }
        guard !fields[0].isEmpty else { return fields.dropFirst(6).first == "dhcp" ? "\(fields[5]) dhcp" : nil }
        var line = "\(fields[5]) \(fields[0])/\(fields[3])"
        if !fields[2].isEmpty { line += " via \(fields[2])" }
        // What stands there may also be an MTU or a hardware address.
        let servers = fields.dropFirst(7).filter { IPAddress($0) != nil }
        return servers.isEmpty ? line : line + " dns " + servers.joined(separator: " ")
    }

    /// At colons, but for those in square brackets (IPv6).
    private static func fields(_ text: String) -> [String] {
        var fields = [""]
        var isBracketed = false
        for character in text {
            switch character {
            case "[": isBracketed = true
            case "]": isBracketed = false
            case ":" where !isBracketed: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}
