/// What one interface shall have.
package struct InterfaceSettings: Hashable, Sendable {
    package enum Method: String, Sendable {
        /// IPv4 from a DHCP server; IPv6 from the routers, as everywhere.
        case dhcp
        case fixed
        /// On, without an address: carries VLANs.
        case none
        /// Off; a VLAN or bond is taken away.
        case off
    }

    package struct Bond: Hashable, Sendable {
        /// Of the kernel's modes those that switches are set up for.
        package static let modes = [
            "802.3ad", "active-backup", "balance-rr", "balance-xor", "balance-tlb", "balance-alb",
        ]
        package var members: [InterfaceName]
        package var mode = "802.3ad"

        package init(members: [InterfaceName], mode: String = "802.3ad") {
            self.members = members
            self.mode = mode
        }
    }

    package var name: InterfaceName
    package var method: Method
    package var bond: Bond?
    package var addresses: [NetworkAddress] = []
    /// At most one of each version.
    package var gateways: [IPAddress] = []
    package var nameServers: [IPAddress] = []
    package var searchDomains: [String] = []
    /// Bytes.
    package var mtu: Int?

    package init(_ name: InterfaceName, _ method: Method) {
        self.name = name
        self.method = method
    }

    /// The line that says it.
    package var text: String {
        var words = [name.description]
        if let bond { words += ["bond"] + bond.members.map(\.description) + [bond.mode] }
        if method != .fixed { words.append(method.rawValue) }
        words += addresses.map(\.description)
        words += gateways.flatMap { ["via", "\($0)"] }
        if !nameServers.isEmpty { words += ["dns"] + nameServers.map(\.description) }
        if !searchDomains.isEmpty { words += ["search"] + searchDomains }
        if let mtu { words += ["mtu", "\(mtu)"] }
        return words.joined(separator: " ")
    }
}
