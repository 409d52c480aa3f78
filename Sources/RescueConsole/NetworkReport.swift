package import Inventory

/// The network of this machine in words.
package enum NetworkReport {
    /// `routes` is /proc/net/route, `resolver` /etc/resolv.conf.
    package static func lines(interfaces: [NetworkInterface], routes: String, resolver: String) -> [String] {
        let shown = interfaces.filter { $0.kind != .loopback }
        var lines = shown.flatMap(lines)
        if shown.isEmpty { lines.append("This machine has no network interfaces that Linux can see.") }
        let gateways = routes.split(separator: "\n").dropFirst().compactMap { gateway(String($0)) }
        lines.append("Gateway       \(gateways.isEmpty ? "none" : gateways.joined(separator: ", "))")
        let servers = resolver.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(separator: " ")
            return words.count >= 2 && words[0] == "nameserver" ? String(words[1]) : nil
        }
        lines.append("Name servers  \(servers.isEmpty ? "none" : servers.joined(separator: ", "))")
        return lines
    }

    private static func lines(of interface: NetworkInterface) -> [String] {
        let link =
            switch interface.hasCarrier {
            case true: "link" + (interface.speedInMegabits.map { " at \($0) Mbit/s" } ?? "")
            case false: "NO LINK (cable?)"
            case nil: "switched off"
            }
        let details = [interface.macAddress, interface.driver.map { "driver \($0)" }].compactMap { $0 }
        let addresses =
            interface.addresses.isEmpty ? "no address" : interface.addresses.joined(separator: ", ")
        return [
            "\(interface.name)  \(link)", "    " + details.joined(separator: ", "), "    \(addresses)",
        ]
    }

    /// "eth0 00000000 0100000A …": interface, destination and gateway as little-endian hexadecimal.
    private static func gateway(_ line: String) -> String? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count >= 3, words[1] == "00000000", let number = UInt32(words[2], radix: 16), number != 0 else {
            return nil
        }
        let bytes = (0..<4).map { "\(number >> ($0 * 8) & 0xff)" }
        return "\(bytes.joined(separator: ".")) on \(words[0])"
    }
}
