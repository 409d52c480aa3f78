extension Hardware {
    /// Firmware and the template of its variables, from Debian's package ovmf; nil for BIOS.
    var uefiFiles: (code: String, variables: String)? {
        switch firmware {
        case .bios: nil
        case .uefi: ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd")
        case .secureBoot: ("/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF_VARS_4M.ms.fd")
        }
    }

    /// QEMU's arguments for everything but consoles and control connection.
    ///
    /// Emulation, not virtualisation: tests must run where no `/dev/kvm` is. What a processor can that kernels make use of and QEMU has to
    /// imitate costs a quarter of the time: it is an old one. A reset ends QEMU, so that a test sees it.
    var arguments: [String] {
        var words = [
            "-machine", firmware == .secureBoot ? "q35,smm=on" : "q35", "-accel",
            processors == 1 ? "tcg,thread=single" : "tcg,thread=multi", "-cpu", "Nehalem", "-smp", "\(processors)",
            "-m", String(memoryInMiB),
            "-display", "none", "-nodefaults", "-vga", "std", "-no-reboot", "-device", "virtio-rng-pci",
        ]
        let boot = networkBoot.map { (",tftp=\($0),bootfile=boot.ipxe", ",bootindex=0") } ?? ("", "")
        let forwarded = secureShellPort.map { ",hostfwd=tcp:127.0.0.1:\($0)-:22" } ?? ""
        words += ["-netdev", "user,id=net0\(boot.0)\(forwarded)"]
        words += ["-device", "\(networkCard.rawValue),netdev=net0\(boot.1)"]
        if let serial { words += ["-smbios", "type=1,serial=\(serial)"] }
        for (number, card) in moreNetworkCards.enumerated() {
            words += ["-netdev", "user,id=net\(number + 1),net=10.0.\(11 + number).0/24"]
            words += ["-device", "\(card.rawValue),netdev=net\(number + 1)"]
        }
        for (number, wire) in wires.enumerated() {
            let ends = "local.type=unix,local.path=\(wire.near),remote.type=unix,remote.path=\(wire.far)"
            words += ["-netdev", "dgram,id=wire\(number),\(ends)"]
            // Linux speaks LACP on links whose speed it knows.
            let card = "mac=\(wire.card(number)),speed=10000,duplex=full"
            words += ["-device", "virtio-net-pci,netdev=wire\(number),\(card)"]
        }
        if let kernel {
            words += ["-kernel", kernel.path, "-initrd", kernel.initramfs, "-append", kernel.commandLine]
        }
        if let uefiFiles, let variables {
            words += ["-drive", "if=pflash,format=raw,unit=0,readonly=on,file=\(uefiFiles.code)"]
            words += ["-drive", "if=pflash,format=raw,unit=1,file=\(variables)"]
        }
        if firmware == .secureBoot {
            words += ["-global", "driver=cfi.pflash01,property=secure,value=on", "-global", "ICH9-LPC.disable_s3=1"]
        }
        if let iso { words += arguments(ofISO: iso) }
        if disks.contains(where: { $0.controller == .usb }) { words += ["-device", "qemu-xhci,id=usb-disks"] }
        for (number, disk) in disks.enumerated() {
            words += arguments(of: disk, number: number)
        }
        return words
    }

    private func arguments(ofISO iso: String) -> [String] {
        let file = "file=\(iso),if=none,id=iso,format=raw,readonly=\(isMediumWritable ? "off" : "on")"
        switch isoMedium {
        case .cd:
            return ["-drive", file + ",media=cdrom", "-device", "ide-cd,bus=ide.5,drive=iso,bootindex=0"]
        case .usbStick:
            return ["-drive", file, "-device", "qemu-xhci", "-device", "usb-storage,drive=iso,bootindex=0"]
        }
    }

    private func arguments(of disk: Disk, number: Int) -> [String] {
        let sectors =
            disk.sectorSize == 512
            ? "" : ",logical_block_size=\(disk.sectorSize),physical_block_size=\(disk.sectorSize)"
        let drive = "drive=disk\(number),serial=\(disk.serial),bootindex=\(number + 1)\(sectors)"
        // What is served from elsewhere has a cache of its own, which hears of flushes.
        let cache = disk.path.hasPrefix("nbd") ? "writeback" : "unsafe"
        let file = "file=\(disk.path),if=none,id=disk\(number),format=raw,cache=\(cache),discard=unmap"
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
        case .megasas:
            let bus = "raid\(number)"
            return ["-drive", file, "-device", "megasas,id=\(bus)", "-device", "scsi-hd,bus=\(bus).0,\(drive)"]
        case .usb:
            return ["-drive", file, "-device", "usb-storage,bus=usb-disks.0,\(drive)"]
        }
    }
}
