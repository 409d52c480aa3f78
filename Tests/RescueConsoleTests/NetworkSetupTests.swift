import Foundation
import Testing

/// The program in a network of its own: one cable with both its ends, and nothing else.
@Suite("Setting the network")
struct NetworkSetupTests {
    /// As the boot scripts do, it puts the boot's settings into force twice, then shows the menu.
    private static let network = """
        set -e
        \(RescueProgram.leaveMounts)
        mount -t sysfs sysfs /sys
        ip link set lo up
        ip link add lan0 type veth peer name far0
        ip link set far0 up
        "$@" --configure-network
        "$@" --configure-network
        exec "$@"
        """

    /// Whatever line a word has come to stand on.
    private static func plain(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func program(_ kernelCommandLine: String) throws -> RescueProgram {
        let program = try RescueProgram(
            kernelCommandLine: kernelCommandLine,
            wrapper: ["/usr/bin/unshare", "--net", "--mount", "sh", "-c", network, "sh"])
        try program.start()
        return program
    }

    @Test("what the kernel's command line says is in force before the menu, and a line that is typed replaces it")
    func setting() throws {
        let program = try Self.program("ip=dhcp lifeboat.network=lan0,192.0.2.5/24,via,192.0.2.1;lan7,dhcp")
        #expect(program.says("Choice> "))
        try program.type("3")
        #expect(program.says("Network> "))
        let first = program.transcript
        for line in [
            "lan0  link at 10000 Mbit/s", "192.0.2.5/24 (set)", "Gateway       192.0.2.1 on lan0",
            "Set           lan0 192.0.2.5/24 via 192.0.2.1", "Waiting       lan7 is not there (yet)",
        ] { #expect(first.contains(line), "\(line) is not in \(first)") }
        try program.type("lan0 198.51.100.7/25 via 198.51.100.1 2001:db8::7/64 via 2001:db8::1 dns 198.51.100.53")
        #expect(program.says("Name servers  198.51.100.53"))
        let second = Self.plain(String(program.transcript.dropFirst(first.count)))
        for line in [
            "198.51.100.7/25 (set)", "2001:db8::7/64 (set)", "198.51.100.1 on lan0, 2001:db8::1 on lan0",
        ] { #expect(second.contains(line), "\(line) is not in \(second)") }
        // Below that the screen has examples.
        #expect(!second.split(separator: "Type a line")[0].contains("192.0.2."))
        let resolver = try String(contentsOf: program.directory.appending(path: "resolv.conf"), encoding: .utf8)
        #expect(resolver == "nameserver 198.51.100.53\n")
        let kept = try String(contentsOf: program.directory.appending(path: "network/settings"), encoding: .utf8)
        #expect(
            kept.hasPrefix("lan0 198.51.100.7/25 2001:db8::7/64 via 198.51.100.1") && kept.contains("\nlan7 dhcp\n"))
    }

    @Test("what the kernel refuses is said with its words, and is not kept")
    func refused() throws {
        let program = try Self.program("quiet")
        #expect(program.says("Choice> "))
        try program.type("3")
        #expect(program.says("Network> "))
        try program.type("far0 192.0.2.1/24")
        #expect(program.says("Set           far0 192.0.2.1/24"))
        // A group of machines is no router.
        try program.type("lan0 224.0.0.5/24 via 224.0.0.1")
        #expect(program.says("! \"ip route replace default via 224.0.0.1 dev lan0 metric 11\" failed:"))
        let kept = try String(contentsOf: program.directory.appending(path: "network/settings"), encoding: .utf8)
        #expect(kept == "far0 192.0.2.1/24\n")
    }

    @Test("an interface that is set to DHCP is handed to the watcher, and taken from it with what it had brought")
    func handedOver() throws {
        let program = try Self.program("quiet")
        let network = program.directory.appending(path: "network")
        let has = { (name: String) in FileManager.default.fileExists(atPath: network.appending(path: name).path) }
        #expect(program.says("Choice> "))
        try program.type("3")
        #expect(program.says("Network> "))
        try program.type("lan0 dhcp")
        #expect(program.says("Set           lan0 dhcp"))
        #expect(has("lan0.dhcp") && !has("lan0.manual"))
        for name in ["lan0.lease", "lan0.dns", "lan0.trouble"] {
            try Data("nameserver 203.0.113.9\n".utf8).write(to: network.appending(path: name))
        }
        try program.type("lan0 192.0.2.5/24")
        #expect(program.says("Set           lan0 192.0.2.5/24"))
        #expect(has("lan0.manual") && !has("lan0.dhcp") && !has("lan0.lease") && !has("lan0.dns"))
        #expect(!program.transcript.contains("203.0.113.9"))
    }
}
