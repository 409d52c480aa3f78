package import Inventory
internal import Networking

/// The network of this machine in words.
package enum NetworkReport {
    /// What is known of an interface beside what the kernel knows.
    package struct Notes: Hashable, Sendable {
        /// No DHCP client asks on it.
        package var isSetByHand = false
        /// "192.0.2.7/24", from `leaseServer`.
        package var leasedAddress: String?
        package var leaseServer: String?
        /// What failed last.
        package var trouble: String?

        package init() {}
    }

    /// - Parameters:
    ///   - routes: /proc/net/route
    ///   - routes6: /proc/net/ipv6_route
    ///   - resolver: /etc/resolv.conf
    ///   - notes: by the interface's name
    ///   - settings: the lines that are in force
    ///   - waiting: what still waits for a card
    package static func lines(
        interfaces: [NetworkInterface], routes: String, routes6: String = "", resolver: String,
        notes: [String: Notes] = [:], settings: [String] = [], waiting: [String] = []
    ) -> [String] {
        let shown = interfaces.filter { $0.kind != .loopback }
        var lines = shown.flatMap { self.lines(of: $0, notes[$0.name] ?? Notes(), settings) }
        if shown.isEmpty { lines.append("This machine has no network interfaces that Linux can see.") }
        let rows = { (text: String) in text.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) } }
        let gateways = rows(routes).dropFirst().compactMap(gateway) + rows(routes6).compactMap(gateway6)
        lines.append("Gateway       \(gateways.isEmpty ? "none" : gateways.joined(separator: ", "))")
        let servers = rows(resolver).compactMap { words -> String? in
            words.count >= 2 && words[0] == "nameserver" ? String(words[1]) : nil
        }
        lines.append("Name servers  \(servers.isEmpty ? "none" : servers.joined(separator: ", "))")
        lines += settings.map { "Set           \($0)" } + waiting.map { "Waiting       \($0)" }
        return lines
    }

    private static func lines(of interface: NetworkInterface, _ notes: Notes, _ settings: [String]) -> [String] {
        let link =
            switch interface.hasCarrier {
            case true: "link" + (interface.speedInMegabits.map { " at \($0) Mbit/s" } ?? "")
            case false: "NO LINK (cable?)"
            case nil: "switched off"
            }
        let details = [
            interface.macAddress, interface.driver.map { "driver \($0)" },
            interface.vlanID.map { "VLAN \($0) on \(interface.vlanParent ?? "?")" },
            interface.kind == .bond ? "bond of \(interface.members.joined(separator: ", "))" : nil,
            interface.memberOf.map { "part of \($0)" },
        ].compactMap { $0 }
        var lines = ["\(interface.name)  \(link)", "    " + details.joined(separator: ", ")]
        guard interface.memberOf == nil else { return lines }
        let addresses = interface.addresses.map { "\($0) (\(origin(of: $0, notes, settings)))" }
        lines.append("    \(addresses.isEmpty ? "no address" : addresses.joined(separator: ", "))")
        if interface.hasCarrier == true {
            let isAsking = !notes.isSetByHand && notes.leasedAddress == nil
            let asking = isAsking && interface.kind == .physical ? "asking for an address by DHCP" : nil
            if let trouble = notes.trouble ?? asking { lines.append("    \(trouble)") }
        }
        return lines
    }

    private static func origin(of address: String, _ notes: Notes, _ settings: [String]) -> String {
        if address == notes.leasedAddress { return "by DHCP from \(notes.leaseServer ?? "a server")" }
        if IPAddress(address.prefix { $0 != "/" })?.isLinkLocal == true { return "link-local" }
        if settings.contains(where: { $0.split(separator: " ").contains(address[...]) }) { return "set" }
        return address.contains(":") ? "from a router" : "of unknown origin"
    }

    /// "eth0 00000000 0100000A ...": interface, destination and gateway as little-endian hexadecimal.
    private static func gateway(_ words: [Substring]) -> String? {
        guard words.count >= 3, words[1] == "00000000", let number = UInt32(words[2], radix: 16), number != 0 else {
            return nil
        }
        let bytes = (0..<4).map { "\(number >> ($0 * 8) & 0xff)" }
        return "\(bytes.joined(separator: ".")) on \(words[0])"
    }

    /// Destination, its length, source, its length, gateway, metric, two counts, flags, interface; all in hexadecimal.
    private static func gateway6(_ words: [Substring]) -> String? {
        guard words.count >= 10, words[0].allSatisfy({ $0 == "0" }), words[1] == "00", words[4].utf8.count == 32,
            words[4].contains(where: { $0 != "0" })
        else { return nil }
        let groups = stride(from: 0, to: 32, by: 4).map { words[4].dropFirst($0).prefix(4) }
        guard let address = IPAddress(groups.joined(separator: ":")) else { return nil }
        return "\(address) on \(words[9])"
    }
}
