import Drills
import Testing

@Suite struct DrillHardwareTests {
    private static let base = DrillHardware(firmware: .bios, controller: "nvme", cards: ["e1000e"])

    @Test("a list changes what it names and leaves the rest")
    func list() throws {
        #expect("\(try DrillHardware("ahci,uefi", base: Self.base))" == "ahci,uefi,e1000e")
        #expect("\(try DrillHardware("vmxnet3,virtio-net", base: Self.base))" == "nvme,bios,vmxnet3,virtio-net")
        #expect(try DrillHardware("", base: Self.base) == Self.base)
    }

    @Test("an unknown word, and what the firmware cannot start from, are refused by name")
    func refused() throws {
        #expect { try DrillHardware("floppy", base: Self.base) } throws: { "\($0)".contains("\"floppy\"") }
        #expect { try DrillHardware("uefi,megasas", base: Self.base) } throws: { "\($0)".contains("megasas") }
        #expect("\(try DrillHardware("bios,megasas", base: Self.base))" == "megasas,bios,e1000e")
    }

    @Test(
        "no card reaches any network, whatever the machine is made of",
        arguments: ["nvme", "ahci", "virtio-blk", "usb"])
    func isolated(_ controller: String) throws {
        let hardware = try DrillHardware("\(controller),vmxnet3,e1000e", base: Self.base)
        let plan = EmulatedMachine.Plan(
            hardware: hardware, disks: [(0, "/run/a"), (1, "/run/b")], memoryInMiB: 512, processors: 1,
            isAccelerated: false)
        let words = plan.arguments(in: "/run/x")
        let networks = words.indices.filter { words[$0] == "-netdev" }.map { words[$0 + 1] }
        #expect(networks == ["hubport,id=net0,hubid=0", "hubport,id=net1,hubid=1"])
        #expect(!words.contains("-nic") && !words.contains("-net"))
        #expect(words.contains("-nodefaults"), "or QEMU would add a card of its own, on a network of its own")
        #expect(words.count { $0.contains("server.path=/run/") } == 2)
    }
}
