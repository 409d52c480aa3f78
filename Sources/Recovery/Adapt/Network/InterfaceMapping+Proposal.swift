package import Inventory
internal import Networking

extension InterfaceMapping {
    /// Pairs old interfaces with those of this machine: by `overrides` (old name → new address), by the same address, by the
    /// same driver in the same slot, by the network that the old one's addresses are in; then those in use first, of the same
    /// speed where both sides have as many, else in the order of slots. Of too many, those with a link, the fastest and those
    /// with a driver known from before are taken.
    ///
    /// Pure. An override that names no old interface or no address of this machine, or an address twice, is refused.
    package static func propose(
        expected: [ExpectedInterface], present: [NetworkInterface], overrides: [String: String] = [:]
    ) throws(RecoveryError) -> InterfaceMapping {
        var work = Work(expected: expected, present: present.filter { $0.kind == .physical && Self.address($0) != nil })
        try work.apply(overrides)
        work.pairSameAddresses()
        work.pairSamePlaces()
        work.pairSameNetworks()
        for isWireless in [false, true] {
            work.pairSameSpeeds(isWireless)
            work.pairInOrder(isWireless)
        }
        return work.mapping
    }

    static func address(_ interface: NetworkInterface) -> MACAddress? {
        interface.macAddress.flatMap { MACAddress($0) }
    }

    /// The order of slots as people count them: numbers by value, so that 2 comes before 10.
    static func slotOrder(_ bus: String?, _ name: String) -> [UInt64] {
        // Addresses on a bus are hexadecimal. Who has none comes last, by name.
        guard let bus else { return [.max] + numbers(name, radix: 10) }
        return numbers(bus, radix: 16)
    }

    private static func numbers(_ text: String, radix: Int) -> [UInt64] {
        text.split { !$0.isHexDigit || (radix == 10 && !$0.isNumber) }.map { UInt64($0, radix: radix) ?? .max }
    }

    /// The pairing while it is made.
    private struct Work {
        let expected: [ExpectedInterface]
        let present: [NetworkInterface]
        /// Index of old → index of new, with the reason.
        var found: [Int: (new: Int, why: String)] = [:]
        var taken: Set<Int> = []

        init(expected: [ExpectedInterface], present: [NetworkInterface]) {
            self.expected = expected
            self.present = present
        }

        mutating func pair(_ old: Int, _ new: Int, _ why: String) {
            found[old] = (new, why)
            taken.insert(new)
        }

        mutating func apply(_ overrides: [String: String]) throws(RecoveryError) {
            for (name, text) in overrides.sorted(by: { $0.key < $1.key }) {
                guard let old = expected.firstIndex(where: { $0.name == name }) else {
                    let known = expected.map(\.name).joined(separator: ", ")
                    throw RecoveryError(
                        .refused,
                        "The restored system expects no network interface \(name); it expects: \(known). Nothing was written."
                    )
                }
                guard let address = MACAddress(text),
                    let new = present.firstIndex(where: { InterfaceMapping.address($0) == address })
                else {
                    let known = present.compactMap(\.macAddress).joined(separator: ", ")
                    throw RecoveryError(
                        .refused,
                        "\(name) cannot become \(text): this machine has the addresses \(known). Nothing was written.")
                }
                guard !taken.contains(new) else {
                    throw RecoveryError(.refused, "\(text) cannot be two interfaces at once. Nothing was written.")
                }
                pair(old, new, "as asked for")
            }
        }

        private func freeOld(_ isWireless: Bool? = nil) -> [Int] {
            expected.indices.filter { index in
                found[index] == nil && (isWireless ?? expected[index].isWireless) == expected[index].isWireless
            }
        }

        private func freeNew(_ isWireless: Bool? = nil) -> [Int] {
            present.indices.filter { index in
                let own = present[index].name.hasPrefix("wl")
                return !taken.contains(index) && (isWireless ?? own) == own
            }
        }

        mutating func pairSameAddresses() {
            for old in freeOld() {
                guard let address = expected[old].macAddress.flatMap({ MACAddress($0) }) else { continue }
                let hits = freeNew().filter { InterfaceMapping.address(present[$0]) == address }
                if let new = hits.first, hits.count == 1 { pair(old, new, "same address") }
            }
        }

        mutating func pairSamePlaces() {
            for old in freeOld() {
                guard let bus = expected[old].busAddress, let driver = expected[old].driver else { continue }
                let new = freeNew().first { present[$0].busAddress == bus && present[$0].driver == driver }
                if let new { pair(old, new, "same driver in the same slot") }
            }
        }

        /// A card that has an address in the network of the old one's is at the right cable, where only one is, and for one old only.
        mutating func pairSameNetworks() {
            var wishes: [Int: [Int]] = [:]
            for old in freeOld(false) {
                let addresses = expected[old].addresses.compactMap { IPAddress($0.prefix { $0 != "/" }) }
                let hits = freeNew(false).filter { new in
                    // What is no address with a network says nothing of where the card is.
                    let networks = present[new].addresses.compactMap { try? NetworkAddress($0) }
                    return networks.contains { network in
                        !network.address.isLinkLocal && addresses.contains { network.contains($0) }
                    }
                }
                if hits.count == 1 { wishes[hits[0], default: []].append(old) }
            }
            for (new, old) in wishes where old.count == 1 {
                pair(old[0], new, "it is in the network of \(expected[old[0]].addresses.joined(separator: ", "))")
            }
        }

        /// Where there are as many of a speed on both sides, they belong together: a fast card is for storage or guests.
        mutating func pairSameSpeeds(_ isWireless: Bool) {
            let speeds = Set(freeOld(isWireless).compactMap { expected[$0].speedInMegabits }).sorted(by: >)
            for speed in speeds {
                let old = freeOld(isWireless).filter { expected[$0].speedInMegabits == speed }
                let new = freeNew(isWireless).filter { present[$0].speedInMegabits == speed }
                guard old.count == new.count else { continue }
                for (old, new) in zip(inOrder(old: old), inOrder(new: new)) { pair(old, new, "same speed, by slot") }
            }
        }

        mutating func pairInOrder(_ isWireless: Bool) {
            let oldRanked = freeOld(isWireless).sorted {
                rank(expected[$0]).lexicographicallyPrecedes(rank(expected[$1]))
            }
            let newRanked = freeNew(isWireless).sorted {
                rank(present[$0]).lexicographicallyPrecedes(rank(present[$1]))
            }
            let count = min(oldRanked.count, newRanked.count)
            let old = inOrder(old: Array(oldRanked.prefix(count)))
            let new = inOrder(new: Array(newRanked.prefix(count)))
            for (place, (old, new)) in zip(old, new).enumerated() { pair(old, new, "number \(place + 1) by slot") }
        }

        /// Small comes first: what the configuration needs, what had a link, what is fast, what has an early slot.
        private func rank(_ old: ExpectedInterface) -> [UInt64] {
            [old.isUsed ? 0 : 1, old.hasCarrier == false ? 1 : 0, .max - UInt64(max(0, old.speedInMegabits ?? 0))]
                + InterfaceMapping.slotOrder(old.busAddress, old.name)
        }

        private func rank(_ new: NetworkInterface) -> [UInt64] {
            let isKnown = expected.contains { $0.driver != nil && $0.driver == new.driver }
            return [new.hasCarrier == true ? 0 : 1, .max - UInt64(max(0, new.speedInMegabits ?? 0)), isKnown ? 0 : 1]
                + InterfaceMapping.slotOrder(new.busAddress, new.name)
        }

        private func inOrder(old: [Int]) -> [Int] {
            old.sorted {
                InterfaceMapping.slotOrder(expected[$0].busAddress, expected[$0].name).lexicographicallyPrecedes(
                    InterfaceMapping.slotOrder(expected[$1].busAddress, expected[$1].name))
            }
        }

        private func inOrder(new: [Int]) -> [Int] {
            new.sorted {
                InterfaceMapping.slotOrder(present[$0].busAddress, present[$0].name).lexicographicallyPrecedes(
                    InterfaceMapping.slotOrder(present[$1].busAddress, present[$1].name))
            }
        }

        var mapping: InterfaceMapping {
            let pairs = expected.indices.map { index in
                guard let hit = found[index] else {
                    return Pair(
                        expected: expected[index], present: nil, why: "this machine has no further interface",
                        isSame: false)
                }
                return Pair(
                    expected: expected[index], present: present[hit.new], why: hit.why,
                    isSame: isSame(expected[index], present[hit.new]))
            }
            let unused = inOrder(new: present.indices.filter { !taken.contains($0) })
            return InterfaceMapping(pairs: pairs, unused: unused.map { present[$0] })
        }

        /// The same card has the same address. Where the old one is not known, its slot and name tell.
        private func isSame(_ old: ExpectedInterface, _ new: NetworkInterface) -> Bool {
            if let address = old.macAddress.flatMap({ MACAddress($0) }) {
                return InterfaceMapping.address(new) == address
            }
            return old.busAddress != nil && old.busAddress == new.busAddress && old.driver == new.driver
                && old.name == new.name
        }
    }
}

extension ExpectedInterface {
    var isWireless: Bool { name.hasPrefix("wl") }
}
