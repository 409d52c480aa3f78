extension Hardware {
    /// Firmware files of Debian's package ovmf.
    static let uefiCode = "/usr/share/OVMF/OVMF_CODE_4M.fd"
    static let uefiVariables = "/usr/share/OVMF/OVMF_VARS_4M.fd"

    /// QEMU's arguments for everything but consoles and control connection.
    ///
    /// Emulation, not virtualisation: tests must run where no `/dev/kvm` is. A reset ends QEMU, so that a test sees it.
    var arguments: [String] {
        var words = [
            "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", String(memoryInMiB),
            "-display", "none", "-nodefaults", "-vga", "std", "-no-reboot", "-device", "virtio-rng-pci",
            "-netdev", "user,id=net0", "-device", "\(networkCard.rawValue),netdev=net0",
        ]
        if firmware == .uefi, let variables {
            words += ["-drive", "if=pflash,format=raw,unit=0,readonly=on,file=\(Self.uefiCode)"]
            words += ["-drive", "if=pflash,format=raw,unit=1,file=\(variables)"]
        }
        if let cdImage {
            words += ["-drive", "file=\(cdImage),if=none,id=cd,media=cdrom,format=raw,readonly=on"]
            words += ["-device", "ide-cd,bus=ide.5,drive=cd,bootindex=0"]
        }
        for (number, disk) in disks.enumerated() {
            words += arguments(of: disk, number: number)
        }
        return words
    }

    private func arguments(of disk: Disk, number: Int) -> [String] {
        let drive = "drive=disk\(number),serial=\(disk.serial),bootindex=\(number + 1)"
        let file = "file=\(disk.path),if=none,id=disk\(number),format=raw,cache=unsafe,discard=unmap"
        switch disk.controller {
        case .virtioBlock:
            return ["-drive", file, "-device", "virtio-blk-pci,\(drive)"]
        case .virtioSCSI:
            let bus = "scsi\(number)"
            return ["-drive", file, "-device", "virtio-scsi-pci,id=\(bus)", "-device", "scsi-hd,bus=\(bus).0,\(drive)"]
        case .nvme:
            return ["-drive", file, "-device", "nvme,\(drive)"]
        case .ahci:
            return ["-drive", file, "-device", "ide-hd,bus=ide.\(number),\(drive)"]
        }
    }
}
