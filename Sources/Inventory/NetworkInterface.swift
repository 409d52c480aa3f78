/// One network interface, with the names that settings refer to and the identity that hardware keeps.
package struct NetworkInterface: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Sendable {
        case physical, bridge, bond, vlan, loopback, virtual
    }

    package var name: String
    package var kind: Kind
    package var macAddress: String?
    /// With prefix length: "192.0.2.7/24".
    package var addresses: [String]
    package var driver: String?
    /// Where the hardware sits: "0000:01:00.0".
    package var busAddress: String?
    /// Megabits per second, when there is a link.
    package var speedInMegabits: Int?
    package var hasCarrier: Bool?
    /// The bridge or bond that it is part of.
    package var memberOf: String?
    /// The parts of a bridge or bond.
    package var members: [String]
    /// Of a VLAN interface.
    package var vlanID: Int?
    package var vlanParent: String?

    package init(
        name: String, kind: Kind, macAddress: String? = nil, addresses: [String] = [], driver: String? = nil,
        busAddress: String? = nil, speedInMegabits: Int? = nil, hasCarrier: Bool? = nil, memberOf: String? = nil,
        members: [String] = [], vlanID: Int? = nil, vlanParent: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.macAddress = macAddress
        self.addresses = addresses
        self.driver = driver
        self.busAddress = busAddress
        self.speedInMegabits = speedInMegabits
        self.hasCarrier = hasCarrier
        self.memberOf = memberOf
        self.members = members
        self.vlanID = vlanID
        self.vlanParent = vlanParent
    }
}
