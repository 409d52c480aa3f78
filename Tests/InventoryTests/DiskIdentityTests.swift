import BlockDevices
import Inventory
import LinuxSystem
import Testing

@Suite("By what a disk is known")
struct DiskIdentityTests {
    let scratch: ScratchDirectory
    let machine: FakeMachine

    init() throws {
        scratch = try ScratchDirectory()
        machine = try FakeMachine(scratch.path)
    }

    @Test("NVMe: serial and model of the controller, EUI of the name space")
    func nvme() throws {
        let node = try #require(
            try machine.addDisk(
                "pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1", "259:0",
                [
                    "wwid": "eui.0025385b71b0f1c2", "device/serial": "S5XYZNE0123456      ",
                    "device/model": "SAMSUNG MZQL2960HCJR-00A07              ",
                ]))
        #expect(
            DiskIdentity(of: node, in: machine.tree)
                == DiskIdentity(
                    serial: "S5XYZNE0123456", wwn: "eui.0025385b71b0f1c2", model: "SAMSUNG MZQL2960HCJR-00A07",
                    transport: "nvme"))
    }

    @Test("SATA: serial from the vital product data, WWN from SCSI, no vendor called ATA")
    func sata() throws {
        let directory = "pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda"
        let node = try #require(
            try machine.addDisk(
                directory, "8:0",
                ["device/vendor": "ATA     ", "device/model": "WDC WD10EZEX", "device/wwid": "naa.50014ee2b1a2c3d4"]))
        let page: [UInt8] = [0, 0x80, 0, 20] + Array("     WD-WCC3F0123456".utf8)
        try machine.write("sys/devices/\(directory)/device/vpd_pg80", page)
        let identity = DiskIdentity(of: node, in: machine.tree)
        #expect(identity.serial == "WD-WCC3F0123456")
        #expect(identity.wwn == "naa.50014ee2b1a2c3d4")
        #expect(identity.vendor == nil)
        #expect(identity.transport == "sata")
        #expect(identity.summary == "WDC WD10EZEX, WD-WCC3F0123456")
    }

    @Test("virtio keeps its serial at the disk; a device without any has none")
    func virtio() throws {
        let named = try machine.addDisk(
            "pci0000:00/0000:00:04.0/virtio1/block/vda", "254:0", ["serial": "LIFEBOAT0001", "device/vendor": "0x1af4"])
        #expect(
            DiskIdentity(of: try #require(named), in: machine.tree)
                == DiskIdentity(serial: "LIFEBOAT0001", transport: "virtio"))
        let bare = try machine.addDisk("pci0000:00/0000:00:05.0/virtio2/block/vdb", "254:16", ["serial": ""])
        #expect(DiskIdentity(of: try #require(bare), in: machine.tree) == DiskIdentity(transport: "virtio"))
    }

    @Test("USB: the serial of the USB device when the disk has none")
    func usb() throws {
        let device = "pci0000:00/0000:00:14.0/usb2/2-1"
        try machine.write("sys/devices/\(device)/idVendor", "0781\n")
        try machine.write("sys/devices/\(device)/serial", "4C530001\n")
        let node = try machine.addDisk(
            "\(device)/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb", "8:16",
            ["device/vendor": "SanDisk ", "device/model": "Ultra"])
        let identity = DiskIdentity(of: try #require(node), in: machine.tree)
        #expect(identity.serial == "4C530001")
        #expect(identity.transport == "usb")
        #expect(identity.summary == "SanDisk Ultra, 4C530001")
    }

    @Test("udev's database fills in what sysfs does not tell; t10 names are no WWN")
    func udev() throws {
        let node = try machine.addDisk(
            "pci0000:00/0000:02:00.0/host2/target2:0:0/2:0:0:0/block/sdc", "8:32",
            ["device/wwid": "t10.ATA     QEMU HARDDISK", "device/model": "QEMU HARDDISK"])
        try machine.write(
            "run/udev/data/b8:32", "S:disk/by-id/x\nE:ID_SERIAL_SHORT=QM00001\nE:ID_WWN=0x5000c500a1b2c3d4\nE:X=a=b\n")
        let identity = DiskIdentity(of: try #require(node), in: machine.tree)
        #expect(identity.serial == "QM00001")
        #expect(identity.wwn == "naa.5000c500a1b2c3d4")
        #expect(identity.transport == "scsi")
    }
}
