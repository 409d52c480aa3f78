internal import Inventory

extension TargetMachine {
    /// A word that a hardware description does not know.
    package struct UnknownHardware: Error, CustomStringConvertible {
        package let word: String
        package init(word: String) { self.word = word }
        package var description: String {
            "\"\(word)\" is no hardware that is known here: give firmware (\(TargetMachine.firmwares.joined(separator: ", "))), the "
                + "controller of the disks (\(TargetMachine.controllers.keys.sorted().joined(separator: ", "))) or network cards "
                + "(\(TargetMachine.cards.keys.sorted().joined(separator: ", ")))"
        }
    }

    fileprivate static let firmwares = ["bios", "uefi", "secure-boot"]

    /// Modules of each controller, from the disk up.
    fileprivate static let controllers: [String: [String]] = [
        "virtio-blk": ["virtio_blk", "virtio_pci"],
        "virtio-scsi": ["sd_mod", "virtio_scsi", "virtio_pci"],
        "nvme": ["nvme"],
        "ahci": ["sd_mod", "ahci"],
        "megasas": ["sd_mod", "megaraid_sas"],
        "usb": ["sd_mod", "usb_storage", "uas", "xhci_pci", "ehci_pci"],
    ]

    fileprivate static let cards = [
        "virtio-net": "virtio_net", "e1000e": "e1000e", "e1000": "e1000", "vmxnet3": "vmxnet3", "rtl8139": "8139cp",
    ]

    /// What kind of word of a hardware description this is.
    package enum HardwareWord: Sendable { case firmware, controller, card }

    /// nil for a word that is not known.
    package static func meaning(of word: String) -> HardwareWord? {
        if controllers[word] != nil { return .controller }
        if cards[word] != nil { return .card }
        return firmwares.contains(word) ? .firmware : nil
    }

    /// This machine with other hardware, from a list such as "nvme,uefi,e1000e": what it names replaces what this machine has.
    /// Its processor, memory and further devices are not known.
    package func described(as list: String) throws(UnknownHardware) -> TargetMachine {
        var machine = self
        // Nothing is said of these.
        machine.processor = nil
        machine.memoryInBytes = nil
        machine.pciDevices = nil
        machine.usbDevices = nil
        var interfaces: [NetworkInterface] = []
        for word in list.split(separator: ",").map(String.init) {
            if let drivers = Self.controllers[word] {
                for index in machine.disks.indices {
                    machine.disks[index].drivers = drivers
                    machine.disks[index].modaliases = []
                }
            } else if let driver = Self.cards[word] {
                let number = interfaces.count
                // Locally administered, as QEMU numbers its cards.
                interfaces.append(
                    NetworkInterface(
                        name: "eth\(number)", kind: .physical, macAddress: "52:54:00:12:34:\(5)\(number + 6)",
                        driver: driver,
                        busAddress: "0000:00:0\(number + 2).0"))
            } else if Self.firmwares.contains(word) {
                machine.firmware = word == "bios" ? .bios : .uefi
                machine.isSecureBootEnforced = word == "secure-boot"
            } else {
                throw UnknownHardware(word: word)
            }
        }
        if !interfaces.isEmpty { machine.networkInterfaces = interfaces }
        return machine
    }
}
