import Inventory
import Recovery
import Testing

@Suite("Network configuration of the distributions, read for names of cards")
struct NetworkLanguagesTests {
    /// A file, and the cards that it expects with all that stands on them.
    struct Sample: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var files: [String: String]
        var cards: [String: [String]]

        init(_ name: String, _ files: [String: String], _ cards: [String: [String]]) {
            testDescription = name
            self.files = files
            self.cards = cards
        }
    }

    static let samples = [
        Sample(
            "Ubuntu: netplan with a bond, a bridge and a VLAN",
            [
                "/etc/netplan/00-installer-config.yaml": """
                # This is the network config written by 'subiquity'
                network:
                  version: 2
                  ethernets:
                    eno1: {}
                    lan:
                      match: # by address
                        macaddress: 00:25:90:aa:bb:02
                      set-name: eno2
                    id0:
                      match: {macaddress: "00:25:90:aa:bb:03"}
                      set-name: eno3
                    nameless:
                      match: {macaddress: "00:25:90:aa:bb:04"}
                    all:
                      match: {name: "en*"}
                    one:
                      match: {name: ens7}
                    eno4:
                      dhcp4: true
                  bonds:
                    bond0:
                      interfaces: [eno1, "lan"]
                      parameters:
                        mode: 802.3ad
                  bridges:
                    br0:
                      interfaces:
                      - bond0
                      addresses:
                        - 192.0.2.7/24
                  vlans:
                    mgmt:
                      id: 5
                      link: eno4
                """
            ], ["eno1": ["bond0", "br0"], "eno2": ["bond0", "br0"], "eno3": [], "ens7": [], "eno4": ["mgmt"]]),
        Sample(
            "RHEL 9: keyfiles with a bridge",
            [
                "/etc/NetworkManager/system-connections/eno1.nmconnection":
                    "[connection]\nid=eno1\ntype=ethernet\ncontroller=br0\ninterface-name=eno1\nport-type=bridge\n",
                "/etc/NetworkManager/system-connections/br0.nmconnection":
                    "[connection]\nid=br0\ntype=bridge\ninterface-name=br0\n[bridge]\nstp=false\n",
                "/etc/NetworkManager/system-connections/v.nmconnection":
                    "[connection]\ntype=vlan\ninterface-name=storage\n[vlan]\nid=7\nparent=eno2\n",
            ], ["eno1": ["br0"], "eno2": ["storage"]]),
        Sample(
            "RHEL 7: ifcfg with a bond and a VLAN",
            [
                "/etc/sysconfig/network-scripts/ifcfg-p1p1": "DEVICE=\"p1p1\"\nMASTER=bond0\nSLAVE=yes\nONBOOT=yes\n",
                "/etc/sysconfig/network-scripts/ifcfg-bond0":
                    "DEVICE=bond0\nTYPE=Bond\nBONDING_OPTS='mode=1'\nBRIDGE=br1\n",
                "/etc/sysconfig/network-scripts/ifcfg-br1": "DEVICE=br1\nTYPE=Bridge\n",
                "/etc/sysconfig/network-scripts/ifcfg-p1p2": "# p1p2\nBOOTPROTO=dhcp\n",
                "/etc/sysconfig/network-scripts/ifcfg-p1p2.9": "DEVICE=p1p2.9\nVLAN=yes\n",
                "/etc/sysconfig/network-scripts/ifcfg-lo": "DEVICE=lo\n",
            ], ["p1p1": ["bond0", "br1"], "p1p2": ["p1p2.9"]]),
        Sample(
            "SUSE: ifcfg named by file",
            [
                "/etc/sysconfig/network/ifcfg-eth0": "BOOTPROTO='none'\nSTARTMODE='auto'\n",
                "/etc/sysconfig/network/ifcfg-br0": "BRIDGE='yes'\nBRIDGE_PORTS='eth0 eth1'\n",
            ], ["eth0": ["br0"], "eth1": ["br0"]]),
        Sample(
            "systemd-networkd",
            [
                "/etc/systemd/network/10-wan.network": "[Match]\nName=enp1s0\n\n[Network]\nBridge=br0\nVLAN=v5\n",
                "/etc/systemd/network/br0.netdev": "[NetDev]\nName=br0\nKind=bridge\n",
                "/etc/systemd/network/br0.network": "[Match]\nName=br0\n[Network]\nDHCP=yes\n",
                "/etc/systemd/network/any.network": "[Match]\nName=en*\n[Network]\nDHCP=yes\n",
            ], ["enp1s0": ["br0", "v5"]]),
        Sample(
            "Debian: aliases, VLANs by dots, Open vSwitch",
            [
                "/etc/network/interfaces": """
                auto lo eth0 eth0:1 eth1.20
                iface eth0 inet static
                iface eth0:1 inet static
                iface eth1.20 inet dhcp
                auto vmbr1
                iface vmbr1 inet manual
                    ovs_type OVSBridge
                    ovs_ports eth2 tap100
                iface wg0 inet manual
                """
            ], ["eth0": [], "eth1": ["eth1.20"], "eth2": ["vmbr1"]]),
    ]

    @Test("cards are told from what is made of them", arguments: samples)
    func cards(sample: Sample) throws {
        let files = try RestoredFiles(sample.files.merging(NetworkTests.systemd) { $1 })
        let pairs = try NetworkStep().mapping(for: files.system).pairs
        var found: [String: [String]] = [:]
        for pair in pairs { found[pair.expected.name] = pair.expected.carries }
        #expect(found == sample.cards)
    }

    @Test("cards of the source that nothing uses are not missed")
    func unusedCards() throws {
        let source = ["eno1", "eno2"].enumerated().map { NetworkTests.card($1, NetworkTests.old[$0 + 1]) }
        let files = try RestoredFiles(
            ["/etc/network/interfaces": "iface eno1 inet dhcp\n"].merging(NetworkTests.systemd) { $1 },
            machine: .machine(interfaces: [NetworkTests.card("x", NetworkTests.new[0])]),
            source: .source(interfaces: source))
        let plan = try files.adapt(with: NetworkStep())
        #expect(plan.warnings == [] && plan.changes.count == 1)
        #expect(try NetworkStep().prove(files.system).map(\.holds) == [true])
    }

    @Test("an address of a maker that no card here has is told, and addresses of guests and comments are not")
    func strangers() throws {
        let files = try RestoredFiles(
            [
                "/etc/network/interfaces":
                    "iface eno1 inet dhcp\n# 00:11:22:33:44:55\n hwaddress 00:11:22:33:44:66\niface tap0\n hwaddress 52:54:00:00:00:09\n"
            ].merging(NetworkTests.systemd) { $1 },
            machine: .machine(interfaces: [NetworkTests.card("x", NetworkTests.new[0])]),
            source: .source(interfaces: [NetworkTests.card("eno1", NetworkTests.old[1])]))
        files.source?.networkInterfaces[0].macAddress = NetworkTests.new[0]
        let plan = try files.adapt(with: NetworkStep())
        #expect(plan.changes.isEmpty)
        #expect(plan.warnings.count == 1 && plan.warnings[0].contains("line 3"), "\(plan.warnings)")
    }
}
