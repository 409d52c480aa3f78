import Networking
import Testing

@Suite("Plans for network settings")
struct NetworkPlanTests {
    private static let cards = [
        NetworkPlan.Present(name: "eth0", hardwareAddress: "52:54:00:00:00:01"),
        NetworkPlan.Present(name: "eth1", hardwareAddress: "52:54:00:00:00:02"),
    ]

    /// In words: "ip …" must succeed, "(ip …)" may fail, "+NAME …" makes an interface.
    private static func plan(
        _ text: String, changed: [String] = [], present: [NetworkPlan.Present] = cards
    ) throws -> (words: [String], plan: NetworkPlan) {
        let names = try changed.map { name in try InterfaceName(name) }
        let plan = NetworkPlan(try NetworkSettings(text: text), changed: Set(names), present: present)
        let words = plan.actions.map { action in
            switch action {
            case .run(let words): "ip " + words.joined(separator: " ")
            case .attempt(let words): "(ip " + words.joined(separator: " ") + ")"
            case .create(let name, let words): "+\(name) " + words.joined(separator: " ")
            case .write(let text, let interface, let file): "\(text) > \(interface)/\(file)"
            case .keepDHCPAway(let name): "no DHCP \(name)"
            case .letDHCP(let name): "DHCP \(name)"
            case .nameServers(let servers, _, let name): "dns \(name) \(servers.joined(separator: " "))"
            }
        }
        return (words, plan)
    }

    @Test("an address that was typed replaces what the interface had")
    func fixed() throws {
        let (words, plan) = try Self.plan(
            "eth0 192.0.2.5/24 2001:db8::5/64 via 192.0.2.1 via fe80::1 dns 192.0.2.53 mtu 1400", changed: ["eth0"])
        #expect(
            words == [
                "no DHCP eth0", "(ip -4 address flush dev eth0)", "(ip -6 route delete default dev eth0)",
                "(ip -6 address flush dev eth0 scope global)", "dns eth0.set ", "ip link set eth0 mtu 1400",
                "ip link set eth0 up", "ip address replace 192.0.2.5/24 broadcast + dev eth0",
                "ip -6 address replace 2001:db8::5/64 dev eth0",
                "ip route replace default via 192.0.2.1 dev eth0 metric 10",
                "ip -6 route replace default via fe80::1 dev eth0 metric 10", "dns eth0.set 192.0.2.53", "dns + ",
            ])
        #expect(plan.fixed == ["eth0"] && plan.waiting.isEmpty)
    }

    @Test("what is in force already is put into force again without taking anything away")
    func again() throws {
        let present = [
            NetworkPlan.Present(name: "eth0", hardwareAddress: "52:54:00:00:00:01", memberOf: "bond0"),
            NetworkPlan.Present(name: "eth1", hardwareAddress: "52:54:00:00:00:02", memberOf: "bond0"),
            NetworkPlan.Present(name: "bond0", hardwareAddress: "52:54:00:00:00:01", isCard: false),
            NetworkPlan.Present(name: "bond0.7", hardwareAddress: "52:54:00:00:00:01", isCard: false),
        ]
        let (words, _) = try Self.plan(
            "bond 52:54:00:00:00:01 52:54:00:00:00:02 none; bond0.7 192.0.2.5/24 via 192.0.2.1", present: present)
        #expect(
            words == [
                "no DHCP bond0", "ip link set bond0 up", "dns bond0.set ", "ip link set bond0 up", "no DHCP bond0.7",
                "ip link set bond0.7 up", "ip address replace 192.0.2.5/24 broadcast + dev bond0.7",
                "ip route replace default via 192.0.2.1 dev bond0.7 metric 11", "dns bond0.7.set ", "dns + ",
            ])
    }

    @Test("a route keeps its metric when more is set, or there would be a second one beside it")
    func stableMetric() throws {
        let line = "eth0 192.0.2.5/24 via 192.0.2.1"
        let route = "ip route replace default via 192.0.2.1 dev eth0 metric 10"
        #expect(try Self.plan(line).words.contains(route))
        #expect(try Self.plan("\(line)\nbond eth1 none").words.contains(route))
    }

    @Test("a bond with a VLAN on it is made from below, whatever the order of the lines")
    func layers() throws {
        let (words, _) = try Self.plan("bond0.42 dhcp\nbond eth0 eth1 none")
        let wanted = [
            "+bond0 link add name bond0 type bond", "ip link set bond0 down", "802.3ad > bond0/bonding/mode",
            "100 > bond0/bonding/miimon", "fast > bond0/bonding/lacp_rate", "no DHCP eth0",
            "(ip -4 address flush dev eth0)", "ip link set eth0 down", "ip link set eth0 master bond0", "no DHCP eth1",
            "(ip -4 address flush dev eth1)", "ip link set eth1 down", "ip link set eth1 master bond0",
            "no DHCP bond0", "ip link set bond0 up", "dns bond0.set ", "ip link set bond0 up",
            "+bond0.42 link add link bond0 name bond0.42 type vlan id 42", "DHCP bond0.42", "ip link set bond0.42 up",
            "dns + ",
        ]
        #expect(words == wanted, "\(words)")
    }

    @Test("a VLAN on a bond that is made anew is made anew as well, with what it had")
    func renewed() throws {
        let present = Self.cards + ["bond0", "bond0.42"].map { NetworkPlan.Present(name: $0, isCard: false) }
        let (words, _) = try Self.plan(
            "bond eth0 eth1 dhcp; bond0.42 192.0.2.5/24", changed: ["bond0"], present: present)
        let made = try #require(words.firstIndex(of: "+bond0.42 link add link bond0 name bond0.42 type vlan id 42"))
        #expect(words.firstIndex(of: "(ip link delete bond0)").map { $0 < made } == true)
        let addressed = words.firstIndex(of: "ip address replace 192.0.2.5/24 broadcast + dev bond0.42")
        #expect(addressed.map { made < $0 } == true)
        let kept = try Self.plan("bond eth0 eth1 dhcp; bond0.42 192.0.2.5/24", changed: [], present: present).words
        #expect(!kept.contains { $0.contains("link add") || $0.contains("link delete") })
    }

    @Test("a card that is not there is waited for; a bond starts with the cards that are")
    func waiting() throws {
        let (words, plan) = try Self.plan("eth7 192.0.2.5/24\nbond eth1 eth9 dhcp\nbond1 bond eth8 dhcp\neth6 off")
        #expect(
            plan.waiting == [
                "eth9 of bond0: not there (yet)", "eth8 of bond1: not there (yet)", "eth7 is not there (yet)",
            ])
        #expect(words.contains("ip link set eth1 master bond0") && !words.joined().contains("bond1"))
        #expect(plan.fixed.isEmpty)
    }

    @Test("a VLAN on a card with a long name gets a name that the kernel takes")
    func longName() throws {
        let present = [NetworkPlan.Present(name: "enx525400123456", hardwareAddress: "52:54:00:12:34:56")]
        let (words, _) = try Self.plan("52:54:00:12:34:56.42 192.0.2.5/24", present: present)
        #expect(words.contains("+vlan42 link add link enx525400123456 name vlan42 type vlan id 42"))
        #expect(words.contains("ip address replace 192.0.2.5/24 broadcast + dev vlan42"))
    }

    @Test("what is switched off goes away, and a bond's cards are asked about by DHCP again")
    func off() throws {
        let present = Self.cards + [NetworkPlan.Present(name: "bond0", isCard: false)]
        let (words, _) = try Self.plan(
            "bond eth0 eth1 none; bond0 off; eth1 off", changed: ["bond0", "eth1"], present: present)
        #expect(words.contains("ip link delete bond0") && words.contains("DHCP eth0"))
        #expect(words.contains("ip link set eth1 down"))
    }
}
