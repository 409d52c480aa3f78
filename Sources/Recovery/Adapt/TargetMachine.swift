package import Inventory

/// The machine that a restored system shall start on: this one, or one that is only described (`--hardware`).
package struct TargetMachine: Hashable, Sendable {
    package enum FirmwareMode: String, Codable, Hashable, Sendable { case bios, uefi }

    /// A disk that the system was restored to.
    package struct Disk: Hashable, Sendable {
        /// "/dev/nvme0n1", or an image file.
        package var path: String
        package var sizeInBytes: UInt64
        package var logicalSectorSize: Int
        /// Names of the kernel modules between the processor and the disk, as the *running* kernel names them, from the
        /// controller up: ["nvme", "nvme_core"]. Empty when they are built in or unknown.
        package var drivers: [String]
        /// `modalias` of the controller and of all devices between it and the disk: what a kernel that names its modules
        /// otherwise finds its drivers by.
        package var modaliases: [String]

        package init(
            path: String, sizeInBytes: UInt64, logicalSectorSize: Int, drivers: [String] = [], modaliases: [String] = []
        ) {
            self.path = path
            self.sizeInBytes = sizeInBytes
            self.logicalSectorSize = logicalSectorSize
            self.drivers = drivers
            self.modaliases = modaliases
        }
    }

    /// Its logical processors.
    package struct Processor: Hashable, Sendable {
        /// "GenuineIntel", "AuthenticAMD".
        package var vendor: String
        /// With the kernel's names: "vmx", "avx2".
        package var flags: Set<String>
        package var count: Int

        package init(vendor: String, flags: Set<String>, count: Int) {
            self.vendor = vendor
            self.flags = flags
            self.count = count
        }

        package var isIntel: Bool { vendor == "GenuineIntel" }
        package var isAMD: Bool { vendor == "AuthenticAMD" || vendor == "HygonGenuine" }
    }

    package var firmware: FirmwareMode
    package var isSecureBootEnforced: Bool
    package var disks: [Disk]
    /// How many disks of the captured machine they hold, where that is another number: several were put onto one.
    package var heldDisks: Int?
    /// Physical interfaces only matter; in the order of their bus addresses.
    package var networkInterfaces: [NetworkInterface]

    /// What a hypervisor gives to its guests; nil where it is not known, as with a machine that is only described.
    package var processor: Processor?
    package var memoryInBytes: UInt64?
    /// Address ("0000:03:00.0") → what is there: "8086:1521, igb".
    package var pciDevices: [String: String]?
    /// "0bda:8153".
    package var usbDevices: Set<String>?

    package init(
        firmware: FirmwareMode, isSecureBootEnforced: Bool = false, disks: [Disk],
        networkInterfaces: [NetworkInterface] = []
    ) {
        self.firmware = firmware
        self.isSecureBootEnforced = isSecureBootEnforced
        self.disks = disks
        self.networkInterfaces = networkInterfaces
    }
}
