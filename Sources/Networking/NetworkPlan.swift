/// What has to be done for settings: values, for somebody else to do.
package struct NetworkPlan: Hashable, Sendable {
    /// An interface that is there.
    package struct Present: Hashable, Sendable {
        package var name: String
        package var hardwareAddress: String?
        /// Is hardware, not made from other interfaces.
        package var isCard: Bool
        /// The bond or bridge that it is part of.
        package var memberOf: String?

        package init(name: String, hardwareAddress: String? = nil, isCard: Bool = true, memberOf: String? = nil) {
            self.name = name
            self.hardwareAddress = hardwareAddress
            self.isCard = isCard
            self.memberOf = memberOf
        }
    }

    package private(set) var actions: [NetworkAction] = []
    /// What has to wait for an interface that is not there, in words.
    package private(set) var waiting: [String] = []
    /// The kernel's names of those that have an address set.
    package private(set) var fixed: Set<String> = []

    private let present: [Present]
    private var made: Set<String> = []
    /// Those that were taken away and made again, and what lay on them with them.
    private var renewed: Set<String> = []

    /// Puts `settings` into force. Interfaces in `changed` lose what they had; the others keep it and get what is
    /// missing, so that this can be done again whenever a card appears, and no connection breaks.
    package init(_ settings: NetworkSettings, changed: Set<InterfaceName> = [], present: [Present]) {
        self.present = present
        // Bonds first, VLANs last: they lie on the others.
        func layer(_ interface: InterfaceSettings) -> Int {
            interface.name.vlan != nil ? 2 : interface.bond == nil ? 1 : 0
        }
        // The metric goes by the place in the settings, which stays as more are added: a route of another metric would be
        // one more, beside the old one.
        let numbered = Array(settings.interfaces.enumerated())
        for number in 0...2 {
            for (place, interface) in numbered where layer(interface) == number {
                add(interface, isChanged: changed.contains(interface.name), metric: Self.firstMetric + place)
            }
        }
        let servers = settings.nameServers.map(\.description)
        // Not the name of any interface, and before all of them in the order of names.
        actions.append(.nameServers(servers, search: settings.searchDomains, interface: Self.everywhere))
    }

    /// Stands for all interfaces where name servers are kept.
    package static let everywhere = "+"
    /// Routes that are set come before those of DHCP (from 100 on).
    private static let firstMetric = 10

    private func find(_ name: InterfaceName) -> Present? {
        name.isHardwareAddress
            ? present.first { $0.isCard && $0.hardwareAddress?.lowercased() == name.card }
            : present.first { $0.name == name.card }
    }

    private mutating func add(_ settings: InterfaceSettings, isChanged: Bool, metric: Int) {
        let isMade = settings.bond != nil || made.contains(settings.name.card)
        guard let card = find(settings.name)?.name ?? (isMade ? settings.name.card : nil) else {
            if settings.method != .off { waiting.append("\(settings.name) is not there (yet)") }
            return
        }
        let name = settings.name.kernelName(on: card)
        if settings.method == .off { return switchOff(name, settings) }
        if let bond = settings.bond, !make(bond, name, isChanged: isChanged) { return }
        let isChanged = isChanged || settings.name.vlan != nil && renewed.contains(card)
        if let vlan = settings.name.vlan { make(vlan: vlan, name, on: card) }
        if isChanged { clear(name) }
        if settings.method == .dhcp {
            actions.append(.letDHCP(name))
        } else if !isChanged {
            actions.append(.keepDHCPAway(name))
        }
        if let mtu = settings.mtu { actions.append(.run(["link", "set", name, "mtu", "\(mtu)"])) }
        actions.append(.run(["link", "set", name, "up"]))
        for address in settings.addresses { actions.append(.run(Self.words(for: address, name))) }
        for gateway in settings.gateways {
            let version = gateway.isVersion6 ? ["-6"] : []
            actions.append(
                .run(
                    version + ["route", "replace", "default", "via", "\(gateway)", "dev", name, "metric", "\(metric)"]))
        }
        let servers = settings.nameServers.map(\.description)
        if settings.method != .dhcp || !servers.isEmpty {
            actions.append(.nameServers(servers, search: settings.searchDomains, interface: "\(name).set"))
        }
        if !settings.addresses.isEmpty { fixed.insert(name) }
    }

    private static func words(for address: NetworkAddress, _ name: String) -> [String] {
        address.address.isVersion6
            ? ["-6", "address", "replace", "\(address)", "dev", name]
            : ["address", "replace", "\(address)", "broadcast", "+", "dev", name]
    }

    /// Takes away what the interface had.
    private mutating func clear(_ name: String) {
        actions += [
            .keepDHCPAway(name), .attempt(["-4", "address", "flush", "dev", name]),
            .attempt(["-6", "route", "delete", "default", "dev", name]),
            .attempt(["-6", "address", "flush", "dev", name, "scope", "global"]),
            .nameServers([], search: [], interface: "\(name).set"),
        ]
    }

    private mutating func switchOff(_ name: String, _ settings: InterfaceSettings) {
        guard present.contains(where: { $0.name == name }) else { return }
        clear(name)
        let isMade = settings.bond != nil || settings.name.vlan != nil
        actions.append(.run(isMade ? ["link", "delete", name] : ["link", "set", name, "down"]))
        for member in settings.bond?.members.compactMap(find) ?? [] { actions.append(.letDHCP(member.name)) }
    }

    /// Whether there is a card for it.
    private mutating func make(_ bond: InterfaceSettings.Bond, _ name: String, isChanged: Bool) -> Bool {
        let members = bond.members.compactMap(find)
        let missing = bond.members.filter { find($0) == nil }
        if !missing.isEmpty {
            waiting.append("\(missing.map(\.description).joined(separator: ", ")) of \(name): not there (yet)")
        }
        guard !members.isEmpty else { return false }
        // Its mode can only be set while it has no members.
        if isChanged {
            actions.append(.attempt(["link", "delete", name]))
            renewed.insert(name)
        }
        if isChanged || !present.contains(where: { $0.name == name }) {
            actions += [
                .create(name, ["link", "add", "name", name, "type", "bond"]), .run(["link", "set", name, "down"]),
                .write(bond.mode, interface: name, file: "bonding/mode"),
                .write("100", interface: name, file: "bonding/miimon"),
            ]
            if bond.mode == "802.3ad" { actions.append(.write("fast", interface: name, file: "bonding/lacp_rate")) }
        }
        for member in members where isChanged || member.memberOf != name {
            actions += [
                .keepDHCPAway(member.name), .attempt(["-4", "address", "flush", "dev", member.name]),
                .run(["link", "set", member.name, "down"]), .run(["link", "set", member.name, "master", name]),
            ]
        }
        made.insert(name)
        return true
    }

    private mutating func make(vlan: Int, _ name: String, on card: String) {
        actions.append(.run(["link", "set", card, "up"]))
        guard renewed.contains(card) || !present.contains(where: { $0.name == name }) else { return }
        actions.append(
            .create(name, ["link", "add", "link", card, "name", name, "type", "vlan", "id", "\(vlan)"]))
    }
}
