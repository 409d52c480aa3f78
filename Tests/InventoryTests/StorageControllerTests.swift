import Inventory
import Testing

@Suite("Why there are no disks")
struct StorageControllerTests {
    let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private static let raid = StorageController(
        address: "0000:02:00.0", classCode: 0x0104, vendor: "1000", device: "005d", driver: nil, disks: 0)

    @Test("controllers are found on the PCI bus, with their drivers and what hangs on them; other devices are not")
    func found() throws {
        let machine = try FakeMachine(scratch["machine"])
        func add(_ address: String, _ code: String, _ vendor: String, _ device: String, driver: String?) throws {
            let directory = "sys/devices/pci0000:00/\(address)"
            for (name, value) in [("class", code), ("vendor", vendor), ("device", device)] {
                try machine.write("\(directory)/\(name)", value + "\n")
            }
            if let driver {
                try machine.write("sys/bus/pci/drivers/\(driver)/uevent", "")
                try machine.link("\(machine.root)/sys/bus/pci/drivers/\(driver)", "\(directory)/driver")
            }
            try machine.link("\(machine.root)/\(directory)", "sys/bus/pci/devices/\(address)")
        }
        try add("0000:02:00.0", "0x010400", "0x1000", "0x005d", driver: "megaraid_sas")
        try add("0000:00:1f.2", "0x010601", "0x8086", "0x2922", driver: "ahci")
        try add("0000:03:00.0", "0x0c0400", "0x1077", "0x2532", driver: nil)
        try add("0000:00:02.0", "0x030000", "0x1234", "0x1111", driver: "bochs")
        _ = try machine.addDisk("pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda", "8:0")
        let found = StorageController.all(in: machine.tree)
        #expect(
            found == [
                StorageController(
                    address: "0000:00:1f.2", classCode: 0x0106, vendor: "8086", device: "2922", driver: "ahci", disks: 1
                ),
                StorageController(
                    address: "0000:02:00.0", classCode: 0x0104, vendor: "1000", device: "005d", driver: "megaraid_sas",
                    disks: 0),
                StorageController(
                    address: "0000:03:00.0", classCode: 0x0c04, vendor: "1077", device: "2532", driver: nil, disks: 0),
            ])
        #expect(found[0].absence == nil)
        #expect(StorageController.all(in: try FakeMachine(scratch["empty"]).tree).isEmpty)
    }

    @Test(
        "each kind of absence has its words",
        arguments: [
            (nil, 0x0104, "has NO DRIVER here"), ("megaraid_sas", 0x0104, "shows NO VOLUME"),
            ("mpt3sas", 0x0107, "shows NO VOLUME"), ("ahci", 0x0106, "switch to AHCI"),
            ("vmd", 0x0104, "switch to AHCI"),
            ("nvme", 0x0108, "no namespace"), ("qla2xxx", 0x0c04, "zoning"), ("virtio-pci", 0x0100, "not plugged in"),
        ] as [(String?, Int, String)])
    func words(driver: String?, code: Int, words: String) {
        var controller = Self.raid
        (controller.driver, controller.classCode) = (driver, code)
        #expect(controller.absence?.contains(words) == true)
        controller.disks = 1
        #expect(controller.absence == nil)
    }

    @Test("what has no driver comes first, then firmware, then what works and has no disk")
    func reasons() {
        var idle = Self.raid
        idle.driver = "megaraid_sas"
        let log = """
            [    2.10] bfa 0000:03:00.0: firmware: failed to load ct2fw-3.2.5.1.bin (-2)
            [    2.11] bfa 0000:03:00.0: Direct firmware load for ct2fw-3.2.5.1.bin failed with error -2
            [    2.12] bfa 0000:03:00.0: Direct firmware load for ct2fw-3.2.5.1.bin failed with error -2
            [    2.20] loaded firmware load for x
            """
        let reasons = MissingDisks.reasons([idle, Self.raid], kernelLog: log)
        #expect(
            reasons == [
                "The RAID controller of Broadcom/LSI (PCI 1000:005d at 0000:02:00.0) has NO DRIVER here: this image cannot "
                    + "use it, whatever hangs on it.",
                "A driver asked for firmware that this image does not have: ct2fw-3.2.5.1.bin.",
                idle.absence,
            ])
        #expect(MissingDisks.reasons([], kernelLog: "").first?.contains("NO STORAGE CONTROLLER") == true)
    }
}
