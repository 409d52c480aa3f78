/// What starts the machine.
package enum Firmware: String, Sendable {
    case bios
    case uefi
    /// UEFI that starts only what Microsoft's key has signed.
    case secureBoot = "uefi with secure boot"
}

/// What an ISO lies on.
package enum BootMedium: String, Sendable {
    case cd
    case usbStick = "usb stick"
}

/// The controller that a disk hangs on.
package enum DiskController: String, Sendable {
    case virtioBlock = "virtio-blk"
    case virtioSCSI = "virtio-scsi"
    case nvme
    case ahci
    case megasas
    case usb
}

/// A network card on QEMU's own little network, where this machine is 10.0.2.2.
package enum NetworkCard: String, Sendable {
    case virtio = "virtio-net-pci"
    case e1000e
    case vmxnet3
    case rtl8139
}

/// A raw disk of a machine.
package struct Disk: Sendable {
    package let path: String
    package let controller: DiskController
    package let serial: String
    /// Of its logical and physical sectors.
    package let sectorSize: Int

    package init(path: String, controller: DiskController, serial: String, sectorSize: Int = 512) {
        self.sectorSize = sectorSize
        self.path = path
        self.controller = controller
        self.serial = serial
    }
}

/// A machine to start: what it consists of and where its logs go.
package struct Hardware: Sendable {
    package var name: String
    package var firmware: Firmware
    package var disks: [Disk]
    package var networkCard: NetworkCard
    /// Further cards, each on a network of its own with nothing but a DHCP server: 10.0.11.0/24, 10.0.12.0/24, …
    package var moreNetworkCards: [NetworkCard] = []
    /// Further cards after these, each at the end of a wire with a link and nobody else on it.
    package var lonelyNetworkCards: [NetworkCard] = []
    /// A port of 127.0.0.1 that leads to port 22 of the machine's first address on its first network, if there is one.
    package var secureShellPort: UInt16?
    /// An ISO from which the machine boots, if there is one.
    package var iso: String?
    package var isoMedium = BootMedium.cd
    /// A stick that scripts/make-usb has made may be written to.
    package var isMediumWritable = false
    package var memoryInMiB = 1024
    /// A directory with `boot.ipxe`, from which the machine boots over its first network card, if there is one.
    package var networkBoot: String?
    /// What the firmware tells as the machine's serial number.
    package var serial: String?
    /// The file that holds the UEFI variables; made from the firmware's template if it is not there.
    package var variables: String?

    package init(name: String, firmware: Firmware, disks: [Disk], networkCard: NetworkCard, iso: String? = nil) {
        self.name = name
        self.firmware = firmware
        self.disks = disks
        self.networkCard = networkCard
        self.iso = iso
    }
}
