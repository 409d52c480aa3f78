import Inventory
import Testing

@Suite("What a disk says of its health")
struct DiskHealthTests {
    private static func log(_ changes: [Int: UInt8]) -> [UInt8] {
        var log = [UInt8](repeating: 0, count: 512)
        for (place, byte) in changes { log[place] = byte }
        return log
    }

    @Test(
        "the health log of an NVMe disk",
        arguments: [
            ([5: 2], false, "good: 2 % of its life used"),
            ([0: 0x04, 5: 101], true, "FAILING: its reliability is degraded, 101 % of its life used"),
            ([0: 0x09], true, "FAILING: little spare is left, it is read-only now, 0 % of its life used"),
            ([0: 0x02], false, "good: too hot or too cold, 0 % of its life used"),
            ([160: 0x01, 161: 0x01], false, "good: 0 % of its life used, 257 media errors"),
        ] as [([Int: UInt8], Bool, String)])
    func nvme(changes: [Int: UInt8], isFailing: Bool, text: String) throws {
        let health = try #require(DiskHealth(nvmeLog: Self.log(changes)))
        #expect(health.isFailing == isFailing && health.text == text)
    }

    @Test("half a log is none", arguments: [0, 1, 511])
    func short(length: Int) { #expect(DiskHealth(nvmeLog: [UInt8](repeating: 0, count: length)) == nil) }

    @Test("the registers of an ATA disk say good or failing, and nothing else")
    func ata() {
        #expect(DiskHealth(ataMiddle: 0x4f, high: 0xc2)?.text == "good")
        #expect(DiskHealth(ataMiddle: 0xf4, high: 0x2c)?.text == "FAILING: a threshold was exceeded")
        for (middle, high) in [(0, 0), (0x4f, 0x2c), (0xff, 0xff)] as [(UInt8, UInt8)] {
            #expect(DiskHealth(ataMiddle: middle, high: high) == nil)
        }
    }

    @Test("other buses are not asked, and a file tells nothing", arguments: ["usb", "virtio", nil, "nvme", "sata"])
    func notAsked(transport: String?) { #expect(DiskHealth.of("/dev/null", transport: transport) == nil) }
}
