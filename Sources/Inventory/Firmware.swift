internal import BlockDevices
internal import LinuxSystem

/// By which firmware a machine starts, and how we know.
package struct Firmware: Codable, Hashable, Sendable {
    package enum Mode: String, Codable, Sendable { case bios, uefi, both, unknown }

    package var mode: Mode
    /// A phrase for people: "EFI system partition 2 on disk 0; BIOS boot partition 1 on disk 0".
    package var evidence: String

    package init(mode: Mode, evidence: String) {
        self.mode = mode
        self.evidence = evidence
    }

    /// From the partitions of all disks: an EFI system partition speaks for UEFI; a BIOS boot partition, an active
    /// MBR partition or the legacy attribute of GPT speak for BIOS.
    package static func guess(from disks: [DiskDescription]) -> Firmware {
        var uefi: [String] = []
        var bios: [String] = []
        for disk in disks {
            let isGPT = disk.partitionTable?.kind == "gpt"
            for partition in disk.partitions {
                let place = "\(partition.number) on disk \(disk.number)"
                switch partition.type {
                case "c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "0xef": uefi.append("EFI system partition \(place)")
                case "21686148-6449-6e6f-744e-656564454649": bios.append("BIOS boot partition \(place)")
                case _ where isGPT && partition.flags & 4 != 0:
                    bios.append("legacy boot attribute of partition \(place)")
                case _ where !isGPT && partition.flags & 0x80 != 0: bios.append("active partition \(place)")
                default: break
                }
            }
        }
        let mode: Mode =
            switch (uefi.isEmpty, bios.isEmpty) {
            case (true, true): .unknown
            case (false, true): .uefi
            case (true, false): .bios
            case (false, false): .both
            }
        let evidence = (uefi + bios).joined(separator: "; ")
        return Firmware(mode: mode, evidence: evidence.isEmpty ? "no boot partition found" : evidence)
    }

    /// How this machine was started now.
    static func running(in tree: KernelTree) -> Firmware {
        Files.exists(tree.sys + "/firmware/efi")
            ? Firmware(mode: .uefi, evidence: "this machine was started by UEFI")
            : Firmware(mode: .bios, evidence: "this machine was started by BIOS")
    }

    /// The start of the running system decides what the disks leave open. It does not overrule them: a rescue medium
    /// may have been started the other way.
    func refined(by running: Firmware) -> Firmware {
        let open = mode == .both || mode == .unknown
        return Firmware(mode: open ? running.mode : mode, evidence: "\(evidence); \(running.evidence)")
    }
}
