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
        #expect(lines.contains("    10.0.2.15/24"))
        #expect(lines.contains("eth1  NO LINK (cable?)"))
        #expect(lines.contains("Gateway       10.0.2.2 on eth0"))
        #expect(lines.contains("Name servers  10.0.2.3"))
        #expect(!lines.contains { $0.contains("lo ") })
    }
}
