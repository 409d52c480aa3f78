/// What the network configuration of a restored system says about interfaces, gathered from all its files.
struct NetworkMentions: Hashable {
    /// Names that may be cards, in the order in which they are met.
    private(set) var names: [String] = []
    /// Names that are made by software: bridges, bonds, VLANs.
    private(set) var made: Set<String> = []
    /// Which bridge, bond or VLAN stands on which interface.
    private(set) var carriers: [Carrier] = []
    /// Addresses by which a file tells a card, by its name.
    private(set) var addresses: [String: MACAddress] = [:]

    struct Carrier: Hashable {
        var upper: String
        var lower: String
    }

    /// No configuration of a living system comes near.
    private static let limit = 4096

    /// A name that the kernel accepts and that needs no quoting in a shell, a unit or a rule.
    static func isName(_ text: String) -> Bool {
        (1...15).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            } && text != "." && text != ".."
    }

    mutating func mention(_ name: String) {
        // eth0:1 is a further address of eth0.
        let name = name.cut(at: ":")?.before ?? name
        guard Self.isName(name), names.count < Self.limit, !names.contains(name) else { return }
        names.append(name)
        // eth0.5 is VLAN 5 on eth0, whatever else is said of it.
        if let dot = name.lastIndex(of: "."), name[name.index(after: dot)...].allSatisfy(\.isNumber) {
            stack(name, on: String(name[..<dot]))
        }
    }

    mutating func make(_ name: String) {
        guard Self.isName(name), made.count < Self.limit else { return }
        made.insert(name)
    }

    mutating func stack(_ upper: String, on lower: String) {
        guard Self.isName(upper), Self.isName(lower), upper != lower, carriers.count < Self.limit else { return }
        make(upper)
        mention(lower)
        let carrier = Carrier(upper: upper, lower: lower)
        if !carriers.contains(carrier) { carriers.append(carrier) }
    }

    mutating func pin(_ name: String, to text: String) {
        guard Self.isName(name), let address = MACAddress(text) else { return }
        mention(name)
        if addresses[name] == nil { addresses[name] = address }
    }

    /// Names that can only be cards.
    var cards: [String] {
        let software = [
            "lo", "veth", "tap", "tun", "docker", "virbr", "vnet", "vmbr", "br-", "bond", "team", "dummy", "wg", "fwbr",
            "fwpr",
            "fwln", "vlan", "ovs", "ifb", "gre", "sit", "vxlan", "cni", "flannel", "cali", "lxc", "lxd", "podman", "zt",
        ]
        return names.filter { name in
            !made.contains(name) && !software.contains { name == $0 || ($0 != "lo" && name.hasPrefix($0)) }
        }
    }

    /// All that stands on an interface, the nearest first.
    func uppers(of name: String, also more: [Carrier] = []) -> [String] {
        var found: [String] = []
        var pending = [name]
        while let lower = pending.popLast(), found.count < 64 {
            for carrier in carriers + more
            where carrier.lower == lower && !found.contains(carrier.upper) && carrier.upper != name {
                found.append(carrier.upper)
                pending.insert(carrier.upper, at: 0)
            }
        }
        return found
    }
}
