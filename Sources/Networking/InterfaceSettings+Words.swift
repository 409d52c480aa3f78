extension InterfaceSettings {
    private enum List { case none, members, nameServers, searchDomains }

    /// The words of a line whose first one names the interface:
    /// `NAME [bond MEMBER... [MODE]] (dhcp | none | off | ADDRESS/LENGTH...) [via ROUTER]... [dns SERVER...]
    /// [search DOMAIN...] [mtu BYTES]`.
    init(words: [String]) throws(NetworkError) {
        var rest = words[...]
        let first = rest.popFirst() ?? ""
        if first == "bond" { rest = ["bond"] + rest }
        let name = try InterfaceName(first == "bond" ? "bond0" : first)
        self.init(name, .fixed)
        var method: Method?
        var list = List.none
        while let word = rest.popFirst() {
            switch word {
            case "bond":
                guard name.vlan == nil, !name.isHardwareAddress, bond == nil else {
                    throw NetworkError("\(name) cannot be a bond.")
                }
                bond = Bond(members: [])
                list = .members
            case "dns": list = .nameServers
            case "search": list = .searchDomains
            case "via":
                gateways.append(try Self.address(rest.popFirst(), after: word))
                list = .none
            case "mtu":
                guard let bytes = rest.popFirst().flatMap({ Int($0) }), (576...65535).contains(bytes) else {
                    throw NetworkError("\"mtu\" is followed by bytes, from 576 to 65535.")
                }
                mtu = bytes
                list = .none
            case "dhcp", "none", "off":
                guard method == nil else {
                    throw NetworkError("\"\(word)\": there can be only one of dhcp, none, off.")
                }
                method = Method(rawValue: word)
                list = .none
            default: list = try take(word, list)
            }
        }
        self.method = method ?? .fixed
        try check()
    }

    /// A word that is no key word; returns the list that goes on.
    private mutating func take(_ word: String, _ list: List) throws(NetworkError) -> List {
        if bond != nil, Bond.modes.contains(word) || word == "lacp" {
            bond?.mode = word == "lacp" ? "802.3ad" : word
            return .none
        }
        if word.contains("/") {
            addresses.append(try NetworkAddress(word))
            return .none
        }
        switch list {
        case .members: bond?.members.append(try InterfaceName(word))
        case .nameServers: nameServers.append(try Self.address(word, after: "dns"))
        case .searchDomains: searchDomains.append(try Self.domain(word))
        case .none:
            if IPAddress(word) != nil { _ = try NetworkAddress(word) }
            throw NetworkError("\"\(word)\" is not understood here.")
        }
        return list
    }

    private func check() throws(NetworkError) {
        if let bond {
            guard !bond.members.isEmpty else { throw NetworkError("A bond needs its cards: bond eth0 eth1 dhcp.") }
            guard Set(bond.members).count == bond.members.count,
                bond.members.allSatisfy({ $0.vlan == nil && $0 != name })
            else { throw NetworkError("A bond is made of different cards, and of no VLANs.") }
        }
        if method == .fixed, addresses.isEmpty {
            throw NetworkError("\(name) gets nothing: add an address (192.0.2.5/24), dhcp, none or off.")
        }
        if method == .off || method == .none, !addresses.isEmpty || !gateways.isEmpty {
            throw NetworkError("\"\(method.rawValue)\" does not go with an address.")
        }
        if method == .dhcp, let fixed = addresses.first(where: { !$0.address.isVersion6 }) {
            throw NetworkError("\"dhcp\" does not go with \(fixed): IPv4 is either asked for or set.")
        }
        if let mtu, mtu < 1280, addresses.contains(where: \.address.isVersion6) {
            throw NetworkError("IPv6 needs an mtu of at least 1280 bytes.")
        }
        guard Set(gateways.map(\.isVersion6)).count == gateways.count else {
            throw NetworkError("There can be one router for IPv4 and one for IPv6.")
        }
        for gateway in gateways where !gateway.isLinkLocal {
            guard addresses.contains(where: { $0.contains(gateway) }) else {
                throw NetworkError("The router \(gateway) lies in no network of \(name): it cannot be reached.")
            }
            if let own = addresses.first(where: { $0.address == gateway }) {
                throw NetworkError("\(own) is this machine's own address; it cannot be the router.")
            }
        }
    }

    static func address(_ word: String?, after key: String) throws(NetworkError) -> IPAddress {
        guard let word, let address = IPAddress(word) else {
            throw NetworkError("\"\(key)\" is followed by an address, not by \"\(word ?? "")\".")
        }
        return address
    }

    static func domain(_ word: String) throws(NetworkError) -> String {
        let fits =
            word.utf8.count <= 253
            && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-.".contains($0)) }
        guard fits else { throw NetworkError("\"\(word)\" is no domain.") }
        return word
    }
}
