package import Inventory

/// A network interface of the machine that was captured, as the restored configuration expects it.
package struct ExpectedInterface: Hashable, Sendable {
    package var name: String
    /// Its address there; nil when nothing tells it, or when it is not its own (ports of a bond show the bond's).
    package var macAddress: String?
    package var busAddress: String?
    package var driver: String?
    package var speedInMegabits: Int?
    package var hasCarrier: Bool?
    /// Bridges, bonds and VLANs that stand on it.
    package var carries: [String]
    /// Whether the configuration needs it.
    package var isUsed: Bool
    /// IP addresses that it has or reaches directly, also by what stands on it, as far as they are known: "192.0.2.5".
    package var addresses: [String]

    package init(
        name: String, macAddress: String? = nil, busAddress: String? = nil, driver: String? = nil,
        speedInMegabits: Int? = nil, hasCarrier: Bool? = nil, carries: [String] = [], isUsed: Bool = true,
        addresses: [String] = []
    ) {
        self.name = name
        self.macAddress = macAddress
        self.busAddress = busAddress
        self.driver = driver
        self.speedInMegabits = speedInMegabits
        self.hasCarrier = hasCarrier
        self.carries = carries
        self.isUsed = isUsed
        self.addresses = addresses
    }
}

/// Which interface of this machine takes the place of which old one: a proposal, to be shown and overridden.
package struct InterfaceMapping: Hashable, Sendable {
    package struct Pair: Hashable, Sendable {
        package var expected: ExpectedInterface
        /// nil when this machine has too few.
        package var present: NetworkInterface?
        /// Why these two: "same address", "first by slot".
        package var why: String
        /// The very same card: nothing changes for it.
        package var isSame: Bool
    }

    /// In the order of the expected interfaces.
    package var pairs: [Pair]
    /// Interfaces of this machine that take nobody's place.
    package var unused: [NetworkInterface]

    /// Whether names have to be given: some used name would otherwise be another card's, or nobody's.
    package var needsNaming: Bool { pairs.contains { $0.expected.isUsed && $0.present != nil && !$0.isSame } }

    /// One line for each pair: "eno1 (52:54:…; vmbr0) → 3c:ec:… (igb at 0000:03:00.0, link): by slot".
    package var lines: [String] {
        pairs.map { pair in
            let old = ([pair.expected.macAddress ?? "address unknown"] + pair.expected.carries).joined(separator: "; ")
            let new = pair.present.map { Self.words($0) } ?? "nothing"
            return "\(pair.expected.name) (\(old)) → \(new): \(pair.why)"
        } + unused.map { "(none) → \(Self.words($0)): not needed" }
    }

    static func words(_ present: NetworkInterface) -> String {
        let speed = present.speedInMegabits.map { "\($0) Mbit/s" } ?? (present.hasCarrier == true ? "link" : nil)
        let place = [present.driver, present.busAddress.map { "at \($0)" }].compactMap { $0 }.joined(separator: " ")
        let facts = [place.isEmpty ? nil : place, speed ?? "no link"].compactMap { $0 }.joined(separator: ", ")
        return "\(present.macAddress ?? "?") (\(facts))"
    }
}
