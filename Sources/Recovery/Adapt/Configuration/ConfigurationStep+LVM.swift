extension ConfigurationStep {
    /// LVM uses only the devices that its devices file lists, and knows them by serial number, WWN or kernel name.
    ///
    /// On other disks none of these entries matches, and LVM leaves the volume groups alone (it looks for a moved PVID only
    /// among devices without a serial number of their own). Without the file it looks at all devices, as it did before there
    /// was such a file; the entries cannot be made right, as the new disks' WWNs are for LVM to read in the running system.
    func editVolumeGroups(_ editor: inout ConfigurationEditor, _ resolver: DeviceResolver) {
        let settings = ["/etc/lvm/lvm.conf", "/etc/lvm/lvmlocal.conf"]
        for path in settings {
            for (index, line) in (editor.open(path)?.lines ?? []).enumerated() where Self.filtersByName(line) {
                editor.warn(
                    "\(path) line \(index + 1) lets LVM see only disks with names of the old machine: \(line.trimmed). "
                        + "Check that its volume groups are found.")
            }
        }
        guard !resolver.isSameMachine else { return }
        for path in ConfigurationEditor.paths(in: "/etc/lvm/devices", of: editor.tree, endings: [".devices"]) {
            guard let text = editor.open(path) else { continue }
            let bound = text.lines.filter(Self.isBoundToHardware)
            guard !bound.isEmpty else { continue }
            editor.add(
                AdaptationChange(
                    .write(path: "\(path).before-restore", bytes: text.bytes, mode: 0o600),
                    reason: "\(path) is kept as \(path).before-restore"))
            editor.add(
                AdaptationChange(
                    .remove(path: path),
                    reason:
                        "\(path) is removed, as \(bound.count) of its entries know disks of the old machine by serial number, "
                        + "WWN or name, and LVM would ignore the restored volume groups; without it LVM looks at all disks. "
                        + "\"vgimportdevices --all\" in the running system makes it anew"))
        }
    }

    /// Entries by the UUID of an array, a container or a volume move along; all other kinds are the hardware's.
    private static func isBoundToHardware(_ line: String) -> Bool {
        guard let kind = line.words().lazy.map({ line[$0] }).first(where: { $0.hasPrefix("IDTYPE=") }) else {
            return false
        }
        return !["md_uuid", "crypt_uuid", "lvmlv_uuid", "loop_file"].contains(kind.dropFirst(7))
    }

    private static func filtersByName(_ line: String) -> Bool {
        guard !BootFiles.isComment(line), let (key, value) = line.cut(at: "=") else { return false }
        let names = ["/dev/sd", "/dev/vd", "/dev/xvd", "/dev/hd", "/dev/nvme", "/dev/disk/by-id", "/dev/disk/by-path"]
        return ["filter", "global_filter"].contains(key.trimmed) && value.contains("\"a")
            && names.contains(where: value.contains)
    }
}
