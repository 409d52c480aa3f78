package import BlockDevices
internal import LinuxSystem

/// A PCI device that disks hang on, as the kernel shows it: what to say where disks are missing.
package struct StorageController: Hashable, Sendable {
    /// "0000:02:00.0".
    package var address: String
    /// The upper two bytes of the PCI class: 0x0104 is RAID.
    package var classCode: Int
    /// Four hexadecimal digits each, as in lists of drivers.
    package var vendor: String
    package var device: String
    package var driver: String?
    /// Block devices that hang on it.
    package var disks: Int

    package init(address: String, classCode: Int, vendor: String, device: String, driver: String?, disks: Int) {
        self.address = address
        self.classCode = classCode
        self.vendor = vendor
        self.device = device
        self.driver = driver
        self.disks = disks
    }

    /// All of this machine, by address: class 01 (mass storage), but for floppy and optical interfaces, and Fibre Channel.
    package static func all(in tree: KernelTree = .live) -> [StorageController] {
        let root = tree.sys + "/bus/pci/devices"
        let disks = BlockNode.wholeDevices(in: tree).map(\.directory)
        // A machine without PCI has no such directory.
        return ((try? Files.names(in: root)) ?? []).sorted().compactMap { address in
            // A device that was just unplugged is none any more.
            guard let directory = try? Files.realPath("\(root)/\(address)"), let code = hex("\(directory)/class"),
                code >> 16 == 0x01 || code >> 8 == 0x0c04
            else { return nil }
            func digits(_ name: String) -> String {
                let text = String(hex("\(directory)/\(name)") ?? 0, radix: 16)
                return String(repeating: "0", count: max(0, 4 - text.utf8.count)) + text
            }
            // Without a driver there is no such link.
            let driver = (try? Files.linkTarget(directory + "/driver")).map(Files.lastComponent)
            return StorageController(
                address: address, classCode: code >> 8, vendor: digits("vendor"), device: digits("device"),
                driver: driver, disks: disks.count { $0.hasPrefix(directory + "/") })
        }
    }

    private static func hex(_ path: String) -> Int? { Files.text(of: path).flatMap { Int($0.dropFirst(2), radix: 16) } }

    /// "RAID controller of Broadcom/LSI (PCI 1000:005d at 0000:02:00.0)".
    package var description: String {
        let kinds = [
            0x0100: "SCSI controller", 0x0101: "IDE controller", 0x0104: "RAID controller", 0x0105: "ATA controller",
            0x0106: "SATA controller", 0x0107: "SAS controller", 0x0108: "NVMe controller",
            0x0c04: "Fibre Channel controller",
        ]
        let vendors = [
            "1000": "Broadcom/LSI", "1002": "AMD", "1022": "AMD", "1028": "Dell", "103c": "HP", "1077": "QLogic",
            "10df": "Emulex", "1137": "Cisco", "117c": "ATTO", "13c1": "3ware", "1344": "Micron", "144d": "Samsung",
            "14e4": "Broadcom", "15ad": "VMware", "15b7": "SanDisk", "17d3": "Areca", "1590": "HPE", "19e5": "Huawei",
            "1af4": "virtio", "1b4b": "Marvell", "1c5c": "SK hynix", "1d49": "Lenovo", "1e0f": "Kioxia",
            "8086": "Intel", "9004": "Adaptec", "9005": "Adaptec/Microchip",
        ]
        let vendorName = vendors[vendor].map { " of \($0)" } ?? ""
        return "\(kinds[classCode] ?? "storage controller")\(vendorName) (PCI \(vendor):\(device) at \(address))"
    }

    private static let raidDrivers: Set<String> = [
        "megaraid_sas", "megaraid", "mpt3sas", "mpi3mr", "hpsa", "smartpqi", "aacraid", "arcmsr", "3w-sas", "3w-9xxx",
        "cciss", "ips", "hptiop",
    ]

    /// Why no disk is seen on it, as a sentence; nil where there is one.
    package var absence: String? {
        guard disks == 0 else { return nil }
        guard let driver else {
            return "The \(description) has NO DRIVER here: this image cannot use it, whatever hangs on it."
        }
        let works = "The \(description) works (driver \(driver)) and "
        if Self.raidDrivers.contains(driver) {
            return works + "shows NO VOLUME: make one in its own setup program at the machine's start, or switch it to "
                + "pass disks through (HBA, JBOD)."
        }
        switch classCode {
        case 0x0108: return works + "has no namespace, or does not start."
        case 0x0c04: return works + "sees no disk: look at cabling, zoning and LUN masks."
        case 0x0106, 0x0104:
            return works + "has no disk: not plugged in, not powered, or kept by the firmware (Intel RST or VMD: "
                + "switch to AHCI in its setup)."
        default: return works + "has no disk: not plugged in, or not powered."
        }
    }
}

/// Why a machine may have no disk to restore to.
package enum MissingDisks {
    /// Sentences, the likeliest reason first. `kernelLog` as dmesg prints it.
    package static func reasons(_ controllers: [StorageController], kernelLog: String) -> [String] {
        let firmware = missingFirmware(in: kernelLog).map { name in
            "A driver asked for firmware that this image does not have: \(name)."
        }
        let absences =
            controllers.filter { $0.driver == nil }.compactMap(\.absence) + firmware
            + controllers.filter { $0.driver != nil }.compactMap(\.absence)
        guard controllers.isEmpty else { return absences }
        return firmware + [
            "Linux sees NO STORAGE CONTROLLER at all: it may be switched off in the firmware's setup, or broken."
        ]
    }

    /// The names in lines such as "bfa 0000:03:00.0: Direct firmware load for ct2fw.bin failed with error -2", each once.
    static func missingFirmware(in log: String) -> [String] {
        var names: [String] = []
        for line in log.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "for"), place >= 2, place + 2 < words.count,
                words[place - 2...place - 1].joined(separator: " ").lowercased() == "firmware load",
                words[place + 2] == "failed", !names.contains(String(words[place + 1]))
            else { continue }
            names.append(String(words[place + 1]))
        }
        return names
    }
}
