import Inventory
import RescueConsole
import Testing

@Suite("What the image is told")
struct ConfigurationTests {
    @Test(
        "the kernel command line overrides the file; the last of equal names counts",
        arguments: [
            ("quiet", "repository=http://a/", "http://a/"),
            ("quiet lifeboat.repository=http://b/ ro", "repository=http://a/", "http://b/"),
            ("lifeboat.repository=http://b/ lifeboat.repository=http://c/", "", "http://c/"),
            ("lifeboat.repository=\"/mnt/my disk\"", "", "/mnt/my disk"),
            ("\"lifeboat.repository=/mnt/x y\"", "", "/mnt/x y"),
            ("", "# repository=http://no/\n\n repository = \"http://d/\" \n", "http://d/"),
            ("lifeboat.repository=", "repository=http://a/", nil),
            ("xlifeboat.repository=http://no/ repository=http://no/", "", nil),
            ("", "", nil),
        ])
    func repository(commandLine: String, file: String, expected: String?) {
        let configuration = RescueConfiguration(kernelCommandLine: commandLine, file: file, console: "tty1")
        #expect(configuration.repository == expected)
    }

    @Test("a host can be preset")
    func host() {
        let configuration = RescueConfiguration(
            kernelCommandLine: "lifeboat.host=db", file: "host=web01", console: nil)
        #expect(configuration.host == "db")
    }

    @Test("the network in words: link, addresses, gateway, name servers")
    func network() {
        let interface = NetworkInterface(
            name: "eth0", kind: .physical, macAddress: "52:54:00:12:34:56", addresses: ["10.0.2.15/24"],
            driver: "e1000e", speedInMegabits: 1000, hasCarrier: true)
        let dark = NetworkInterface(name: "eth1", kind: .physical, hasCarrier: false)
        let lines = NetworkReport.lines(
            interfaces: [NetworkInterface(name: "lo", kind: .loopback), interface, dark],
            routes: "Iface\tDestination\tGateway\neth0\t00000000\t0202000A\t0003\neth0\t0002000A\t00000000\t0001\n",
            resolver: "# x\nnameserver 10.0.2.3\n")
        #expect(lines.contains("eth0  link at 1000 Mbit/s"))
        #expect(lines.contains("    10.0.2.15/24 (of unknown origin)"))
        #expect(lines.contains("eth1  NO LINK (cable?)"))
        #expect(lines.contains("Gateway       10.0.2.2 on eth0"))
        #expect(lines.contains("Name servers  10.0.2.3"))
        #expect(!lines.contains { $0.contains("lo ") })
    }

    @Test("the network says who gave an address, what failed, what was set and what is waited for")
    func origins() {
        let leased = NetworkInterface(
            name: "eth0", kind: .physical, addresses: ["192.0.2.5/24", "fe80::1/64"], hasCarrier: true)
        let silent = NetworkInterface(name: "eth1", kind: .physical, hasCarrier: true)
        let asking = NetworkInterface(name: "eth2", kind: .physical, hasCarrier: true)
        let vlan = NetworkInterface(
            name: "bond0.42", kind: .vlan, addresses: ["198.51.100.5/24"], hasCarrier: true, vlanID: 42,
            vlanParent: "bond0")
        let bond = NetworkInterface(name: "bond0", kind: .bond, hasCarrier: true, members: ["eth3"])
        let member = NetworkInterface(name: "eth3", kind: .physical, hasCarrier: true, memberOf: "bond0")
        var lease = NetworkReport.Notes()
        (lease.leasedAddress, lease.leaseServer) = ("192.0.2.5/24", "192.0.2.1")
        var trouble = NetworkReport.Notes()
        trouble.trouble = "NO ANSWER to DHCP; still asking"
        var byHand = NetworkReport.Notes()
        byHand.isSetByHand = true
        let gateway6 =
            String(repeating: "0", count: 32) + " 00 " + String(repeating: "0", count: 32)
            + " 00 20010db8000000000000000000000001 0000000a 00000001 00000000 00000003     eth0\n"
        let lines = NetworkReport.lines(
            interfaces: [leased, silent, asking, vlan, bond, member], routes: "", routes6: gateway6, resolver: "",
            notes: ["eth0": lease, "eth1": trouble, "bond0.42": byHand, "bond0": byHand],
            settings: ["bond0.42 198.51.100.5/24"], waiting: ["eth9 is not there (yet)"])
        for line in [
            "    192.0.2.5/24 (by DHCP from 192.0.2.1), fe80::1/64 (link-local)", "    NO ANSWER to DHCP; still asking",
            "    asking for an address by DHCP", "    VLAN 42 on bond0", "    198.51.100.5/24 (set)",
            "    bond of eth3",
            "    part of bond0", "Gateway       2001:db8::1 on eth0", "Set           bond0.42 198.51.100.5/24",
            "Waiting       eth9 is not there (yet)",
        ] { #expect(lines.contains(line), "\(line) is not in \(lines)") }
    }
}
