import Inventory
import Testing

@Suite("Whether the machine that was captured still runs")
struct OriginalSearchTests {
    private static func machine(_ addresses: [String]) -> MachineDescription {
        MachineDescription(
            hostName: "web01", capturedAt: "2026-11-20T02:00:00Z", firmware: Firmware(mode: .bios, evidence: ""),
            disks: [],
            networkInterfaces: [
                NetworkInterface(name: "lo", kind: .loopback, addresses: ["127.0.0.1/8"]),
                NetworkInterface(name: "eno1", kind: .physical, macAddress: "52:54:00:AA:BB:0C"),
                NetworkInterface(name: "vmbr0", kind: .bridge, macAddress: "52:54:00:AA:BB:0C", addresses: addresses),
            ])
    }

    private static let own = [
        NetworkInterface(name: "lo", kind: .loopback, addresses: ["127.0.0.1/8", "::1/128"]),
        NetworkInterface(name: "eth0", kind: .physical, addresses: ["192.0.2.200/24", "fe80::1/64"]),
        NetworkInterface(name: "eth1", kind: .physical, addresses: ["198.51.100.5/25"]),
    ]

    @Test(
        "addresses in a network of this machine are asked about, on its interface there, and its own are not",
        arguments: [
            (["192.0.2.7/24"], ["192.0.2.7 eth0"]), (["198.51.100.7/24"], ["198.51.100.7 eth1"]),
            (["198.51.100.200/24"], []), (["10.0.0.7/8", "2001:db8::7/64", "127.0.0.1/8"], []),
            (["192.0.2.200/24"], []),
            (["192.0.2.7/24", "192.0.2.7/32"], ["192.0.2.7 eth0"]),
            (["192.0.2.7", "192.0.2/24", "192.0.2.7/0", "1.2.3.4.5/8", "192.0.2.999/24", "/24", ""], []),
            ((1...9).map { "192.0.2.\($0)/24" }, (1...4).map { "192.0.2.\($0) eth0" }),
        ] as [([String], [String])])
    func questions(addresses: [String], expected: [String]) {
        let search = OriginalSearch(for: Self.machine(addresses), from: Self.own)
        #expect(search.questions.map { "\($0.address) \($0.interface)" } == expected)
        #expect(OriginalSearch(for: Self.machine(addresses), from: []).questions.isEmpty)
    }

    @Test("what arping of busybox prints is understood, and what it prints when nobody answers")
    func answers() throws {
        let search = OriginalSearch(for: Self.machine(["192.0.2.7/24"]), from: Self.own)
        let reply = """
            ARPING 192.0.2.7 from 192.0.2.200 eth0
            Unicast reply from 192.0.2.7 [52:54:00:aa:bb:0c] 0.009ms
            Sent 1 probe(s) (0 broadcast(s))
            Received 1 response(s) (0 request(s), 0 broadcast(s))

            """
        let answer = try #require(OriginalSearch.answer(to: search.questions[0], in: reply))
        #expect(
            search.warning([answer])?.hasPrefix("web01 STILL RUNS: its own network card answers for 192.0.2.7") == true)
        let other = reply.replacing("52:54:00:aa:bb:0c", with: "3c:ec:ef:00:00:01")
        let stranger = try #require(OriginalSearch.answer(to: search.questions[0], in: other))
        let warning = try #require(search.warning([stranger]))
        #expect(warning.contains("another machine on this network has it: 192.0.2.7 (card 3c:ec:ef:00:00:01)"))
        #expect(!warning.contains("STILL RUNS"))
        for silence in ["", reply.replacing("192.0.2.7 [", with: "192.0.2.70 ["), "Received 0 response(s)"] {
            #expect(OriginalSearch.answer(to: search.questions[0], in: silence) == nil)
        }
        #expect(search.warning([]) == nil)
    }
}
