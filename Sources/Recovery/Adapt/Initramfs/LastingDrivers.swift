internal import LinuxSystem

/// Tells the restored system's own tool which drivers were added to its images, so that it keeps them when it makes an image anew:
/// with the next kernel, or because somebody asks it to.
struct LastingDrivers {
    private static let note = "# Lifeboat: drivers of the disks that this system was restored to"

    let tree: SystemTree

    /// What makes them last; nothing where no tool is known, or it knows them already. `drivers` are canonical names.
    func changes(adding drivers: Set<String>) throws(SystemCallError) -> [AdaptationChange] {
        guard !drivers.isEmpty else { return [] }
        var changes: [AdaptationChange] = []
        // initramfs-tools(7): one module a line.
        if tree.contains("/etc/initramfs-tools/initramfs.conf") {
            changes += try change("/etc/initramfs-tools/modules", "initramfs-tools", drivers) { "\($0)\n" }
        }
        // dracut.conf(5), add_drivers.
        if tree.contains("/usr/bin/dracut") || tree.contains("/usr/sbin/dracut") {
            changes += try change("/etc/dracut.conf.d/90-lifeboat.conf", "dracut", drivers) {
                "add_drivers+=\" \($0) \"\n"
            }
        }
        // mkinitcpio.conf(5), MODULES; drop-ins are read from version 35 on.
        if tree.contains("/etc/mkinitcpio.conf") {
            changes += try change("/etc/mkinitcpio.conf.d/lifeboat.conf", "mkinitcpio", drivers) {
                "MODULES+=(\($0))\n"
            }
        }
        return changes
    }

    /// A line for each driver that the file does not name yet, at its end.
    private func change(
        _ path: String, _ tool: String, _ drivers: Set<String>, _ line: (String) -> String
    ) throws(SystemCallError) -> [AdaptationChange] {
        let old = try tree.contents(of: path)
        let text = String(decoding: old ?? [], as: UTF8.self)
        let words = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.flatMap { line in
            line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        }
        let missing = drivers.subtracting(words.map { ModuleIndex.canonical(String($0)) }).sorted()
        guard !missing.isEmpty else { return [] }
        var bytes = old ?? []
        if let last = bytes.last, last != 0x0a { bytes.append(0x0a) }
        bytes += (Self.note + "\n" + missing.map(line).joined()).utf8
        return [
            AdaptationChange(
                .write(path: path, bytes: bytes, mode: 0o644),
                reason:
                    "\(path): \(tool) keeps the drivers \(missing.joined(separator: ", ")) in images that it makes anew"
            )
        ]
    }
}
