internal import Inventory
internal import Networking

/// What a restored system expects of its network, and what this machine has.
struct NetworkSurvey {
    var texts: [EditedText] = []
    var mentions = NetworkMentions()
    var expected: [ExpectedInterface] = []
    var mapping: InterfaceMapping
    var naming: InterfaceNaming
    /// From our own files of an earlier run: what the configuration says by now.
    var given: [(name: String, address: MACAddress)]
    var warnings: [String]

    init(_ system: RestoredSystem, overrides: [String: String]) throws(RecoveryError) {
        var editor = ConfigurationEditor(tree: system.tree)
        for (path, language) in NetworkFiles.all(in: system.tree) {
            guard let text = editor.open(path) else { continue }
            texts.append(text)
            mentions.read(text.lines, path: path, language: language)
        }
        warnings = editor.warnings
        naming = InterfaceNaming(of: system.tree)
        given = InterfaceNaming.given(in: system.tree)
        var known = Self.expected(mentions, system.source)
        // Addresses stand in the configuration without a card beside them: they are the only card's.
        let used = known.indices.filter { known[$0].isUsed }
        if used.count == 1, known[used[0]].addresses.isEmpty {
            known[used[0]].addresses = Self.addresses(in: texts.flatMap(\.lines))
        }
        expected = known
        // Who gives a name to a card by hand wants it to have that name.
        for index in expected.indices where overrides[expected[index].name] != nil { expected[index].isUsed = true }
        mapping = try InterfaceMapping.propose(
            expected: expected, present: system.machine.networkInterfaces, overrides: overrides)
        // An address that only the configuration tells is the new card's since an earlier run: that it agrees with a card of this
        // machine does not mean that the card is the old one, and its name has to be given on.
        let own = Self.ownAddresses(system.source)
        for index in mapping.pairs.indices where own[mapping.pairs[index].expected.name] == nil {
            let name = mapping.pairs[index].expected.name
            if given.contains(where: { $0.name == name }) { mapping.pairs[index].isSame = false }
        }
    }

    /// Addresses of the source's cards by name. Ports of a bond all show the bond's, so that one seen twice is nobody's own.
    private static func ownAddresses(_ source: MachineDescription?) -> [String: String] {
        let cards = source?.networkInterfaces.filter { $0.kind == .physical } ?? []
        var found: [String: String] = [:]
        for card in cards {
            guard let address = card.macAddress, cards.filter({ $0.macAddress == address }).count == 1 else { continue }
            found[card.name] = address
        }
        return found
    }

    /// From the description of the source; where it has no cards (it was taken from images), from the configuration.
    private static func expected(_ mentions: NetworkMentions, _ source: MachineDescription?) -> [ExpectedInterface] {
        let all = source?.networkInterfaces ?? []
        let cards = all.filter { $0.kind == .physical && NetworkMentions.isName($0.name) }
        let stacks = all.flatMap { own in
            (own.memberOf.map { [NetworkMentions.Carrier(upper: $0, lower: own.name)] } ?? [])
                + (own.vlanParent.map { [NetworkMentions.Carrier(upper: own.name, lower: $0)] } ?? [])
                + own.members.map { NetworkMentions.Carrier(upper: own.name, lower: $0) }
        }
        guard !cards.isEmpty else {
            return mentions.cards.prefix(256).map { name in
                ExpectedInterface(
                    name: name, macAddress: mentions.addresses[name]?.description, carries: mentions.uppers(of: name))
            }
        }
        let own = ownAddresses(source)
        return cards.prefix(256).map { card in
            let carries = mentions.uppers(of: card.name, also: stacks)
            let address = own[card.name] ?? mentions.addresses[card.name]?.description
            return ExpectedInterface(
                name: card.name, macAddress: address, busAddress: card.busAddress,
                driver: card.driver,
                speedInMegabits: card.speedInMegabits, hasCarrier: card.hasCarrier, carries: carries,
                isUsed: !carries.isEmpty || !card.addresses.isEmpty || mentions.names.contains(card.name),
                addresses: all.filter { $0.name == card.name || carries.contains($0.name) }.flatMap(\.addresses))
        }
    }

    /// IPv4 addresses that lines of a configuration set or go through: "address 192.0.2.5/24", "Gateway=192.0.2.1". Not name servers, which
    /// may be anywhere.
    private static func addresses(in lines: [String]) -> [String] {
        var found: [String] = []
        for line in lines where !line.trimmed.hasPrefix("#") {
            let words = line.split { !($0.isHexDigit || $0.isLetter || "./".contains($0)) }
            guard let key = words.first?.lowercased(),
                ["address", "gateway", "ipaddr", "via", "routes"].contains(
                    where: key.hasPrefix)
                    || IPAddress(key.prefix { $0 != "/" }) != nil
            else { continue }
            for word in words {
                guard let address = IPAddress(word.prefix { $0 != "/" }), !address.isVersion6, found.count < 64 else {
                    continue
                }
                if !found.contains("\(address)") { found.append("\(address)") }
            }
        }
        return found
    }

    /// The names to be given; none when every card is the one that it was.
    var names: [(name: String, address: MACAddress)] {
        guard mapping.needsNaming else { return [] }
        return mapping.pairs.compactMap { pair in
            guard pair.expected.isUsed, let address = pair.present.flatMap(InterfaceMapping.address) else { return nil }
            return (pair.expected.name, address)
        }
    }

    /// Which address in the configuration becomes which: all at once, so that two may change places.
    var replacements: [MACAddress: MACAddress] {
        var found: [MACAddress: MACAddress] = [:]
        for pair in mapping.pairs where !pair.isSame {
            guard let new = pair.present.flatMap(InterfaceMapping.address) else { continue }
            let earlier = given.first { $0.name == pair.expected.name }?.address
            let old =
                earlier.map { [$0] }
                ?? [pair.expected.macAddress.flatMap { MACAddress($0) }, mentions.addresses[pair.expected.name]]
                .compactMap { $0 }
            for address in old where address != new { found[address] = new }
        }
        return found
    }
}
