/// How QEMU is called.
extension EmulatedMachine {
    /// What a machine is made of.
    package struct Plan: Sendable {
        package var hardware: DrillHardware
        /// Unix sockets of NBD servers, each with the disk's number as its export.
        package var disks: [(number: UInt32, socket: String)]
        package var memoryInMiB: Int
        package var processors: Int
        package var isAccelerated: Bool

        package init(
            hardware: DrillHardware, disks: [(number: UInt32, socket: String)], memoryInMiB: Int, processors: Int,
            isAccelerated: Bool
        ) {
            self.hardware = hardware
            self.disks = disks
            self.memoryInMiB = memoryInMiB
            self.processors = processors
            self.isAccelerated = isAccelerated
        }

        /// Firmware code and the template of its variables, of Debian's package ovmf; nil for BIOS, which QEMU brings.
        package var firmwareFiles: (code: String, variables: String)? {
            switch hardware.firmware {
            case .bios: nil
            case .uefi: ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd")
            case .secureBoot: ("/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF_VARS_4M.ms.fd")
            }
        }

        /// The words of its command line. Each card hangs on a hub of its own with nothing else on it: it has a link and reaches
        /// nobody (QEMU, "-netdev hubport"). `directory` takes its sockets, its variables and what the second port says.
        package func arguments(in directory: String) -> [String] {
            var words = [
                "qemu-system-x86_64", "-nodefaults", "-display", "none", "-vga", "std", "-device", "virtio-rng-pci",
                "-machine", hardware.firmware == .secureBoot ? "q35,smm=on" : "q35", "-cpu", "max",
                "-accel", isAccelerated ? "kvm" : "tcg,thread=multi", "-m", "\(memoryInMiB)", "-smp", "\(processors)",
            ]
            for (number, card) in hardware.cards.enumerated() {
                let model = card == "virtio-net" ? "virtio-net-pci" : card
                words += [
                    "-netdev", "hubport,id=net\(number),hubid=\(number)", "-device", "\(model),netdev=net\(number)",
                ]
            }
            if let firmwareFiles {
                words += ["-drive", "if=pflash,format=raw,unit=0,readonly=on,file=\(firmwareFiles.code)"]
                words += ["-drive", "if=pflash,format=raw,unit=1,file=\(directory)/variables"]
            }
            if hardware.firmware == .secureBoot {
                words += [
                    "-global", "driver=cfi.pflash01,property=secure,value=on", "-global", "ICH9-LPC.disable_s3=1",
                ]
            }
            if hardware.controller == "usb" { words += ["-device", "qemu-xhci,id=usb-disks"] }
            for (place, disk) in disks.enumerated() { words += arguments(of: disk, place) }
            return words + [
                "-chardev", "socket,id=serial,path=\(directory)/serial,server=on,wait=on", "-serial", "chardev:serial",
                "-serial", "file:\(directory)/serial2", "-qmp", "unix:\(directory)/control,server=on,wait=off",
            ]
        }

        private func arguments(of disk: (number: UInt32, socket: String), _ place: Int) -> [String] {
            let node = "disk\(place)"
            let drive = "drive=\(node),serial=DRILL-\(disk.number),bootindex=\(place + 1)"
            let source = [
                "-blockdev",
                "driver=nbd,node-name=\(node)-nbd,server.type=unix,server.path=\(disk.socket),export=\(disk.number)",
                "-blockdev", "driver=raw,node-name=\(node),file=\(node)-nbd,discard=unmap",
            ]
            switch hardware.controller {
            case "virtio-blk": return source + ["-device", "virtio-blk-pci,\(drive)"]
            case "virtio-scsi", "megasas":
                let model = hardware.controller == "megasas" ? "megasas" : "virtio-scsi-pci"
                return source + ["-device", "\(model),id=bus\(place)", "-device", "scsi-hd,bus=bus\(place).0,\(drive)"]
            case "ahci": return source + ["-device", "ide-hd,bus=ide.\(place),\(drive)"]
            case "usb": return source + ["-device", "usb-storage,bus=usb-disks.0,\(drive)"]
            default: return source + ["-device", "nvme,\(drive)"]
            }
        }
    }
}
