import Networking
import Testing

@Suite("Lines of network settings")
struct NetworkSettingsTests {
    @Test(
        "what can be said is understood, and written so that it reads back the same",
        arguments: [
            ("eth0 192.0.2.5/24 via 192.0.2.1 dns 192.0.2.53", "eth0 192.0.2.5/24 via 192.0.2.1 dns 192.0.2.53"),
            ("  eth0\t192.0.2.5/255.255.255.0 ", "eth0 192.0.2.5/24"),
            ("eth0,192.0.2.5/24,via,192.0.2.1", "eth0 192.0.2.5/24 via 192.0.2.1"),
            ("eth0.42 dhcp", "eth0.42 dhcp"),
            ("52:54:00:AA:bb:0C.7 none", "52:54:00:aa:bb:0c.7 none"),
            (
                "eno1 2001:DB8::5/64 via fe80::1 192.0.2.5/31 via 192.0.2.4 mtu 9000",
                "eno1 2001:db8::5/64 192.0.2.5/31 via fe80::1 via 192.0.2.4 mtu 9000"
            ),
            (
                "eth0 dhcp 2001:db8::5/64 dns 2001:db8::53 192.0.2.53 search example.org a.b",
                "eth0 dhcp 2001:db8::5/64 dns 2001:db8::53 192.0.2.53 search example.org a.b"
            ),
            ("bond eth0 eth1 192.0.2.5/24 via 192.0.2.1", "bond0 bond eth0 eth1 802.3ad 192.0.2.5/24 via 192.0.2.1"),
            (
                "bond7 bond eth0 52:54:00:12:34:56 active-backup dhcp",
                "bond7 bond eth0 52:54:00:12:34:56 active-backup dhcp"
            ),
            ("bond eth0 eth1 lacp none", "bond0 bond eth0 eth1 802.3ad none"),
            ("eth0 off", "eth0 off"),
            ("dns 192.0.2.53 2001:db8::1 search a.b", "dns 192.0.2.53 2001:db8::1 search a.b"),
            ("proxy proxy.example:3128", "proxy http://proxy.example:3128"),
        ])
    func understood(line: String, written: String) throws {
        var settings = NetworkSettings()
        try settings.add(line)
        #expect(settings.lines == [written])
        #expect(try NetworkSettings(text: settings.text) == settings)
    }

    @Test(
        "what makes no sense is refused with the reason",
        arguments: [
            ("", "Nothing is said"), ("eth0", "gets nothing"), ("eth0 192.0.2.5", "lacks the length"),
            ("eth0 192.0.2.5/33", "lacks the length"), ("eth0 192.0.2.5/255.0.255.0", "lacks the length"),
            ("eth0 192.0.2.0/24", "broadcast"), ("eth0 192.0.2.255/24", "broadcast"),
            ("eth0 192.0.2.5/24 via 198.51.100.1", "cannot be reached"),
            ("eth0 192.0.2.5/24 via 192.0.2.5", "own address"), ("eth0 192.0.2.5/24 via", "followed by an address"),
            ("eth0 192.0.2.5/24 via 192.0.2.1 via 192.0.2.2", "one router"),
            ("eth0 dhcp via 192.0.2.1", "cannot be reached"), ("eth0 dhcp 192.0.2.5/24", "does not go with"),
            ("eth0 dhcp off", "only one"), ("eth0 off 192.0.2.5/24", "does not go with"),
            ("eth0.0 dhcp", "from 1 to 4094"), ("eth0.4095 dhcp", "from 1 to 4094"), ("eth0.x dhcp", "from 1 to 4094"),
            ("-/; dhcp", "no interface"), ("abcdefghijklmnop dhcp", "no interface"),
            ("52:54:00:12:34 dhcp", "no interface"),
            ("bond 192.0.2.5/24", "needs its cards"), ("bond eth0 eth0 dhcp", "different cards"),
            ("bond eth0.3 dhcp", "no VLANs"), ("eth0.3 bond eth1 dhcp", "cannot be a bond"),
            ("bond bond0 dhcp", "different"),
            ("eth0 192.0.2.5/24 mtu 12", "mtu"), ("eth0 2001:db8::5/64 mtu 1279", "1280"),
            ("eth0 192.0.2.5/24 gateway", "not understood"),
            ("dns", "followed by addresses"), ("dns x", "followed by an address"),
            ("eth0 dhcp search a;b/c", "no address"),
            ("proxy", "URL"), ("proxy ftp://x", "no proxy"), ("proxy http://", "no proxy"),
        ])
    func refused(line: String, reason: String) {
        var settings = NetworkSettings()
        do {
            try settings.add(line)
            Issue.record("\(line) was taken: \(settings.lines)")
        } catch {
            #expect(error.description.contains(reason), "\(line): \(error)")
            #expect(settings.lines.isEmpty)
        }
    }

    @Test("a later line replaces what was said of the same interface, and nothing else")
    func replaced() throws {
        var settings = try NetworkSettings(text: "bond eth0 eth1 none\neth2 dhcp;dns 192.0.2.53\nproxy http://p:1\n")
        #expect(try settings.add("bond0 192.0.2.5/24")?.description == "bond0")
        try settings.add("eth2 198.51.100.7/24")
        try settings.add("dns none")
        try settings.add("proxy none")
        #expect(settings.lines == ["bond0 bond eth0 eth1 802.3ad 192.0.2.5/24", "eth2 198.51.100.7/24"])
        #expect(settings.proxy == nil && settings.nameServers.isEmpty)
    }

    @Test("the kernel's command line is read as dracut and we write it; what cannot be used is complained of")
    func commandLine() {
        let words = [
            ("ip", "192.0.2.5::192.0.2.1:255.255.255.0:web01:bond0.42:none:192.0.2.53"), ("ip", "dhcp"),
            ("bond", "bond0:eth0,eth1:mode=active-backup,miimon=100"), ("vlan", "bond0.42:bond0"),
            ("ip", "[2001:db8::5]::[2001:db8::1]:64::eth2:off"), ("ip", "eth3:dhcp"), ("nameserver", "192.0.2.54"),
            ("nameserver", "[2001:db8::53]"), ("ip", "192.0.2.9:::255.255.255.0"), ("vlan", "lan:eth0"), ("quiet", ""),
            ("lifeboat.network", "eth4,192.0.2.6/24;proxy,http://p:1"), ("lifeboat.network", "eth5,192.0.2.7"),
        ]
        var complaints: [String] = []
        let settings = NetworkSettings(parameters: words.map { (name: $0.0, value: $0.1) }, complaints: &complaints)
        #expect(
            settings.lines == [
                "bond0 bond eth0 eth1 active-backup none", "bond0.42 192.0.2.5/24 via 192.0.2.1 dns 192.0.2.53",
                "eth2 2001:db8::5/64 via 2001:db8::1", "eth3 dhcp", "eth4 192.0.2.6/24",
                "dns 192.0.2.54 2001:db8::53", "proxy http://p:1",
            ])
        #expect(complaints.count == 3, "\(complaints)")
    }
}
