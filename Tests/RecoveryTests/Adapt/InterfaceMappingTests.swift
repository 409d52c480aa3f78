import Inventory
import Recovery
import Testing

@Suite("Which network card takes whose place")
struct InterfaceMappingTests {
    private func expected(
        _ name: String, _ mac: String? = nil, bus: String? = nil, driver: String? = nil, speed: Int? = nil,
        isUsed: Bool = true
    ) -> ExpectedInterface {
        ExpectedInterface(
            name: name, macAddress: mac, busAddress: bus, driver: driver, speedInMegabits: speed, isUsed: isUsed)
    }

    private func pairs(_ mapping: InterfaceMapping) -> [String: String] {
        var found: [String: String] = [:]
        for pair in mapping.pairs { found[pair.expected.name] = pair.present?.macAddress ?? "-" }
        return found
    }

    private static let macs = (1...4).map { "3c:ec:ef:00:00:0\($0)" }

    @Test("the same address comes first, whatever the slots are")
    func sameAddress() throws {
        let mapping = try InterfaceMapping.propose(
            expected: [
                expected("a", Self.macs[1], bus: "0000:01:00.0"),
                expected("b", "00:25:90:00:00:09", bus: "0000:02:00.0"),
            ],
            present: [
                NetworkTests.card("x", Self.macs[0], bus: "0000:01:00.0"),
                NetworkTests.card("y", Self.macs[1].uppercased(), bus: "0000:02:00.0"),
            ])
        #expect(pairs(mapping) == ["a": Self.macs[1].uppercased(), "b": Self.macs[0]])
        #expect(mapping.pairs.map(\.isSame) == [true, false] && mapping.needsNaming)
    }

    @Test("slots are counted as numbers, and cards of one speed belong together")
    func slots() throws {
        let old = [expected("b", bus: "0000:0a:00.0", speed: 1000), expected("a", bus: "0000:02:00.0", speed: 10000)]
        let slow = NetworkTests.card("x", Self.macs[0], bus: "0000:03:00.0", speed: 1000)
        let fast = NetworkTests.card("y", Self.macs[1], bus: "0000:10:00.0", speed: 10000)
        #expect(pairs(try .propose(expected: old, present: [slow, fast])) == ["b": Self.macs[0], "a": Self.macs[1]])
        let alike = [0, 1].map {
            NetworkTests.card("z\($0)", Self.macs[$0], bus: "0000:\($0 == 0 ? "10" : "9"):00.0", speed: 25000)
        }
        #expect(pairs(try .propose(expected: old, present: alike)) == ["a": Self.macs[1], "b": Self.macs[0]])
    }

    @Test(
        "a card that is in the network of the old one's address comes before faster ones; where two are, or it is two's, nothing follows"
    )
    func sameNetwork() throws {
        var old = [expected("a", bus: "0000:02:00.0", speed: 1000)]
        old[0].addresses = ["192.0.2.7/24", "192.0.2.1"]
        var right = NetworkTests.card("x", Self.macs[0], bus: "0000:03:00.0", speed: 100)
        right.addresses = ["fe80::1/64", "192.0.2.99/24"]
        var wrong = NetworkTests.card("y", Self.macs[1], bus: "0000:01:00.0", speed: 1000)
        wrong.addresses = ["198.51.100.9/24"]
        let mapping = try InterfaceMapping.propose(expected: old, present: [wrong, right])
        #expect(pairs(mapping) == ["a": Self.macs[0]])
        #expect(mapping.pairs[0].why == "it is in the network of 192.0.2.7/24, 192.0.2.1")
        wrong.addresses = ["192.0.2.98/24"]
        #expect(pairs(try .propose(expected: old, present: [wrong, right])) == ["a": Self.macs[1]])
        wrong.addresses = []
        old.append(expected("b", bus: "0000:01:00.0", speed: 1000))
        old[1].addresses = ["192.0.2.8"]
        let both = try InterfaceMapping.propose(expected: old, present: [wrong, right])
        #expect(!both.pairs.contains { $0.why.contains("network of") })
    }

    @Test("of too many cards those with a link are taken, and of too few the used names get them")
    func counts() throws {
        let present = Self.macs.enumerated().map {
            NetworkTests.card("n\($0)", $1, bus: "0000:0\($0):00.0", speed: $0 > 1 ? 1000 : nil)
        }
        let mapping = try InterfaceMapping.propose(expected: [expected("a"), expected("b")], present: present)
        #expect(pairs(mapping) == ["a": Self.macs[2], "b": Self.macs[3]])
        #expect(mapping.unused.compactMap(\.macAddress) == [Self.macs[0], Self.macs[1]])
        let few = try InterfaceMapping.propose(
            expected: [expected("a", isUsed: false), expected("b")], present: [present[0]])
        #expect(pairs(few) == ["a": "-", "b": Self.macs[0]])
        #expect(few.lines.count == 2 && few.lines[0].contains("nothing"))
    }

    @Test("an override decides, and one that cannot be is refused")
    func overrides() throws {
        let present = [NetworkTests.card("x", Self.macs[0]), NetworkTests.card("y", Self.macs[1])]
        let old = [expected("a"), expected("b")]
        let mapping = try InterfaceMapping.propose(
            expected: old, present: present, overrides: ["a": "3C-EC-EF-00-00-02"])
        #expect(pairs(mapping) == ["a": Self.macs[1], "b": Self.macs[0]])
        for wrong in [["c": Self.macs[0]], ["a": Self.macs[3]], ["a": "x"], ["a": Self.macs[0], "b": Self.macs[0]]] {
            let error = #expect(throws: RecoveryError.self) {
                try InterfaceMapping.propose(expected: old, present: present, overrides: wrong)
            }
            #expect(error?.code == .refused)
        }
    }

    @Test("wireless cards take the places of wireless cards only")
    func wireless() throws {
        let present = [NetworkTests.card("wlan0", Self.macs[0]), NetworkTests.card("eth0", Self.macs[1])]
        let mapping = try InterfaceMapping.propose(expected: [expected("eno1"), expected("eno2")], present: present)
        #expect(pairs(mapping) == ["eno1": Self.macs[1], "eno2": "-"])
    }
}
