/// The files of a restored system that hold kernel command lines.
enum BootFiles {
    /// Sources from which the system makes its boot entries the next time.
    static func templates(in tree: SystemTree) -> [String] {
        [
            "/etc/default/grub", "/etc/sysconfig/grub", "/etc/sysconfig/bootloader", "/etc/kernel/cmdline",
            "/etc/cmdline",
        ]
            + ConfigurationEditor.paths(in: "/etc/default/grub.d", of: tree, endings: [".cfg"])
            + ConfigurationEditor.paths(in: "/etc/cmdline.d", of: tree, endings: [".conf"])
            + ConfigurationEditor.paths(in: "/etc/kernel/cmdline.d", of: tree, endings: [".conf"])
            + ConfigurationEditor.paths(in: "/etc/dracut.conf.d", of: tree, endings: [".conf"])
            + ["/etc/dracut.conf"]
    }

    /// What the loaders read.
    static func entries(in tree: SystemTree) -> [String] {
        let vendors = ["/boot/efi/EFI", "/efi/EFI", "/boot/EFI"].flatMap {
            ConfigurationEditor.paths(in: $0, of: tree)
        }
        let directories = ["/boot/loader/entries", "/boot/efi/loader/entries", "/efi/loader/entries"]
        return ["/boot/grub/grub.cfg", "/boot/grub2/grub.cfg", "/boot/grub/custom.cfg", "/boot/grub2/custom.cfg"]
            + ["/boot/grub/menu.lst", "/boot/grub/grub.conf", "/boot/extlinux/extlinux.conf", "/extlinux.conf"]
            + ["/boot/extlinux.conf", "/boot/syslinux/syslinux.cfg", "/boot/refind_linux.conf"]
            + vendors.map { "\($0)/grub.cfg" }
            + directories.flatMap { ConfigurationEditor.paths(in: $0, of: tree, endings: [".conf"]) }
    }

    /// GRUB's variables, in blocks of exactly 1024 bytes.
    static func environments(in tree: SystemTree) -> [String] {
        let vendors = ConfigurationEditor.paths(in: "/boot/efi/EFI", of: tree)
        return ["/boot/grub2/grubenv", "/boot/grub/grubenv"] + vendors.map { "\($0)/grubenv" }
    }

    /// Whether the first word of a line makes it one that starts a Linux kernel (or, under Xen, loads it).
    static func startsKernel(_ line: String) -> Bool {
        guard let first = line.words().first else { return false }
        let commands: Set = [
            "linux", "linux16", "linuxefi", "kernel", "module", "module2", "options", "append", "APPEND",
        ]
        return commands.contains(String(line[first]))
    }

    static func isComment(_ line: String) -> Bool {
        line.words().first.map { line[$0].hasPrefix("#") } ?? true
    }
}
