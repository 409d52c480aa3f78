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

/// A network cable, by the names of its ends in the file system: what one machine sends arrives at the other, if there is one.
package struct Wire: Sendable {
    let near: String
    let far: String
    let isReversed: Bool

    package init(in directory: TemporaryDirectory, _ name: String) {
        (near, far, isReversed) = (directory.file("\(name)-near"), directory.file("\(name)-far"), false)
    }

    private init(_ wire: Wire) { (near, far, isReversed) = (wire.far, wire.near, !wire.isReversed) }

    /// The address of the card at the near end, where this is a machine's wire of that number. Two machines on one wire must not have
    /// one address: QEMU counts from the same for each.
    package func card(_ number: Int) -> String { "52:54:00:4c:\(isReversed ? "02" : "01"):0\(number)" }

    /// For the machine at the other end.
    var reversed: Wire { Wire(self) }
}

/// A machine to start: what it consists of and where its logs go.
package struct Hardware: Sendable {
    package var name: String
    package var firmware: Firmware
    package var disks: [Disk]
    package var networkCard: NetworkCard
    /// Further cards, each on a network of its own with nothing but a DHCP server: 10.0.11.0/24, 10.0.12.0/24, …
    package var moreNetworkCards: [NetworkCard] = []
    /// Further virtio cards after these, one for each of these wires.
    package var wires: [Wire] = []
    /// A port of 127.0.0.1 that leads to port 22 of the machine's first address on its first network, if there is one.
    package var secureShellPort: UInt16?
    /// What is started without firmware having to find it.
    package struct Kernel: Sendable {
        var path: String
        var initramfs: String
        var commandLine: String
    }
    package var kernel: Kernel?
    /// An ISO from which the machine boots, if there is one.
    package var iso: String?
    package var isoMedium = BootMedium.cd
    /// A stick that scripts/make-usb has made may be written to.
    package var isMediumWritable = false
    package var memoryInMiB = 1024
    /// Two machines run at a time where tests run, on two processors.
    package var processors = 1
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
