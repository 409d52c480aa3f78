import Inventory
import Testing

@Suite("Which captured machine looks like this one")
struct MachineLikenessTests {
    private static func machine(
        _ product: Product? = nil, cards: [NetworkInterface] = [], disks: [DiskIdentity] = []
    ) -> MachineDescription {
        MachineDescription(
            hostName: "web01", capturedAt: "2026-11-20T02:00:00Z", firmware: Firmware(mode: .bios, evidence: ""),
            product: product,
            disks: disks.enumerated().map { number, identity in
                DiskDescription(number: number, path: "/dev/sda", identity: identity, sizeInBytes: 1 << 30)
            }, networkInterfaces: cards)
    }

    private static func card(_ address: String, _ kind: NetworkInterface.Kind = .physical) -> NetworkInterface {
        NetworkInterface(name: "eno1", kind: kind, macAddress: address)
    }

    private static func likeness(
        _ machine: MachineDescription, _ product: Product? = nil, cards: [NetworkInterface] = [],
        disks: [DiskIdentity] = []
    ) -> MachineLikeness {
        MachineLikeness(
            of: machine, to: MachineLikeness.Present(product: product, networkInterfaces: cards, disks: disks))
    }

    private static let server = Product(
        vendor: "Dell Inc.", name: "PowerEdge R650", serial: "ABC1234", uuid: "4C4C4544-0042-4310-8031-B2C04F4A4B4C")

    @Test("the system's own numbers count most, and say why")
    func system() {
        var moved = Self.server
        moved.uuid = nil
        let both = Self.likeness(Self.machine(Self.server), Self.server)
        let serial = Self.likeness(Self.machine(Self.server), moved)
        #expect(
            both.reasons == [
                "the same system UUID 4c4c4544-0042-4310-8031-b2c04f4a4b4c", "the same system serial ABC1234",
            ])
        #expect(serial.reasons == ["the same system serial ABC1234"])
        #expect(both.score > serial.score)
        moved.name = "PowerEdge R750"
        #expect(Self.likeness(Self.machine(Self.server), moved).score == 0, "a serial is its vendor's, for one model")
    }

    @Test(
        "what vendors leave in the place of a number is none",
        arguments: [
            "To Be Filled By O.E.M.", "Default string", "0123456789", "00000000-0000-0000-0000-000000000000",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "03000200-0400-0500-0006-000700080009", "", "None", "...",
        ])
    func fillers(text: String) {
        let product = Product(vendor: "ACME", name: "Board", serial: text, uuid: text)
        let disk = DiskIdentity(serial: text)
        let same = Self.likeness(Self.machine(product, disks: [disk]), product, disks: [disk])
        #expect(same.reasons.isEmpty)
        #expect(MachineLikeness.best(of: [same]) == nil, "the same model is no reason")
    }

    @Test("cards and disks are counted; a bridge's address and one of zeros are nobody's")
    func parts() {
        let disks = [
            DiskIdentity(serial: "S5XYZ1"), DiskIdentity(wwn: "naa.5000c500a1b2c3d4"), DiskIdentity(serial: "0001"),
        ]
        let captured = Self.machine(
            cards: [
                Self.card("3C:EC:EF:00:00:01"), Self.card("3c:ec:ef:00:00:02"), Self.card("00:00:00:00:00:00"),
                Self.card("3c:ec:ef:00:00:09", .bridge),
            ], disks: disks)
        let found = Self.likeness(
            captured,
            cards: [
                Self.card("3c:ec:ef:00:00:01"), Self.card("00:00:00:00:00:00"),
                Self.card("3c:ec:ef:00:00:09", .bridge),
            ],
            disks: [
                DiskIdentity(wwn: "0x5000c500a1b2c3d4"), DiskIdentity(serial: "0001"), DiskIdentity(serial: "s5xyz1"),
            ])
        #expect(found.reasons == ["1 of its 2 network cards", "2 of its 3 disks"])
        #expect(Self.likeness(captured).score == 0)
    }

    @Test("the only one that is most alike is suggested; two alike are none")
    func best() {
        let card = [Self.card("3c:ec:ef:00:00:01")]
        let one = Self.likeness(Self.machine(cards: card), cards: card)
        let more = Self.likeness(Self.machine(Self.server, cards: card), Self.server, cards: card)
        let none = Self.likeness(Self.machine(), cards: card)
        #expect(MachineLikeness.best(of: []) == nil)
        #expect(MachineLikeness.best(of: [none, nil]) == nil)
        #expect(MachineLikeness.best(of: [none, one]) == 1)
        #expect(MachineLikeness.best(of: [one, nil, more, one]) == 2)
        #expect(MachineLikeness.best(of: [one, none, one]) == nil)
    }
}
