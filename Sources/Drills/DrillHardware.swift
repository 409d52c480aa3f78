package import Inventory
internal import Recovery

/// The machine that a drill emulates, from the words that `lifeboat adapt --hardware` takes as well.
package struct DrillHardware: Hashable, Sendable, CustomStringConvertible {
    package enum Firmware: String, Sendable { case bios, uefi, secureBoot = "secure-boot" }

    package struct UnusableHardware: Error, CustomStringConvertible {
        package let description: String
    }

    package var firmware: Firmware
    /// "nvme", "ahci", "virtio-blk", "virtio-scsi", "megasas", "usb".
    package var controller: String
    /// "e1000e", "vmxnet3", "virtio-net", "rtl8139", "e1000": one a card.
    package var cards: [String]

    /// What `list` leaves open is as in `base`.
    package init(_ list: String, base: DrillHardware) throws(UnusableHardware) {
        self = base
        var cards: [String] = []
        for word in list.split(separator: ",").map(String.init) {
            switch TargetMachine.meaning(of: word) {
            case .firmware: firmware = Firmware(rawValue: word) ?? firmware
            case .controller: controller = word
            case .card: cards.append(word)
            case nil:
                throw UnusableHardware(description: "\(TargetMachine.UnknownHardware(word: word))")
            }
        }
        if !cards.isEmpty { self.cards = cards }
        guard firmware == .bios || controller != "megasas" else {
            throw UnusableHardware(
                description: "the UEFI firmware of QEMU has no driver for megasas; give bios with it")
        }
    }

    /// The captured machine's firmware and number of cards, with disks and cards of another kind than most machines have.
    package init(of source: MachineDescription?) {
        let cards = source?.networkInterfaces.count { $0.kind == .physical } ?? 1
        // QEMU's board has no slots for more.
        self.init(
            firmware: source?.firmware.mode == .uefi ? .uefi : .bios, controller: "nvme",
            cards: Array(repeating: "e1000e", count: min(max(cards, 1), 8)))
    }

    package init(firmware: Firmware, controller: String, cards: [String]) {
        self.firmware = firmware
        self.controller = controller
        self.cards = cards
    }

    /// "nvme,uefi,e1000e".
    package var description: String { ([controller, firmware.rawValue] + cards).joined(separator: ",") }
}
