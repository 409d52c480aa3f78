extension ConfigurationStep {
    func editCrypttab(_ editor: inout ConfigurationEditor, _ resolver: DeviceResolver) {
        editor.edit("/etc/crypttab") { text, editor in
            for index in text.lines.indices {
                let line = text.lines[index]
                guard let entry = CrypttabLine(line) else { continue }
                switch resolver.decide(entry.device, type: entry.expectedType) {
                case .keep: break
                case .replace(let new, let why):
                    var edited = line
                    edited.replaceSubrange(entry.deviceRange, with: new)
                    text.replace(line: index, with: edited, because: why)
                case .unresolved(let why) where entry.destroysContent && DeviceReference(entry.device).isUnstable:
                    // The name may mean another partition on this machine, and a start would overwrite it.
                    text.replace(
                        line: index, with: "# lifeboat: \(line)",
                        because:
                            "for \(why), and each start overwrites the device that this line names; name it by PARTUUID and take the mark away"
                    )
                case .unresolved(let why):
                    editor.warn("/etc/crypttab line \(index + 1): \(entry.device) for \(entry.name): \(why).")
                }
            }
        }
    }

    func editResume(_ editor: inout ConfigurationEditor, _ resolver: DeviceResolver) {
        for path in ["/etc/initramfs-tools/conf.d/resume", "/etc/initramfs-tools/initramfs.conf"] {
            editor.edit(path) { text, editor in
                for index in text.lines.indices {
                    let line = text.lines[index]
                    guard let word = line.words().first, line[word].hasPrefix("RESUME=") else { continue }
                    let value = String(line[word].dropFirst(7))
                    guard !["", "none", "auto"].contains(value.unquoted) else { continue }
                    switch resolver.decide(value, type: "swap,swsuspend") {
                    case .keep: break
                    case .replace(let new, let why):
                        var edited = line
                        let start = line.utf8.index(word.lowerBound, offsetBy: 7)
                        edited.replaceSubrange(start..<word.upperBound, with: new)
                        text.replace(line: index, with: edited, because: why)
                    case .unresolved(let why):
                        editor.warn(
                            "\(path) line \(index + 1): \(line.trimmed): \(why). The start waits up to 30 s for it.")
                    }
                }
            }
        }
    }

    /// mdadm.conf: arrays are known by their UUIDs; where lines restrict them to devices by name, the restriction goes.
    func editArrays(_ editor: inout ConfigurationEditor, _ resolver: DeviceResolver) {
        guard !resolver.isSameMachine else { return }
        let included =
            ConfigurationEditor.paths(in: "/etc/mdadm/mdadm.conf.d", of: editor.tree, endings: [".conf"])
            + ConfigurationEditor.paths(in: "/etc/mdadm.conf.d", of: editor.tree, endings: [".conf"])
        for path in ["/etc/mdadm/mdadm.conf", "/etc/mdadm.conf"] + included {
            editor.edit(path) { text, editor in
                for index in text.lines.indices {
                    switch ArrayLine.unbound(text.lines[index], resolver) {
                    case .keep: break
                    case .replace(let line, let why): text.replace(line: index, with: line, because: why)
                    case .unresolved(let why): editor.warn("\(path) line \(index + 1): \(why).")
                    }
                }
            }
        }
    }

    /// device.map names the BIOS disks of the old machine. GRUB works them out itself when the file is not there.
    func editDeviceMap(_ editor: inout ConfigurationEditor, _ resolver: DeviceResolver) {
        guard !resolver.isSameMachine else { return }
        for path in ["/boot/grub/device.map", "/boot/grub2/device.map"] {
            guard let text = editor.open(path) else { continue }
            let names = text.lines.compactMap { line -> String? in
                let words = line.words()
                guard words.count > 1, line[words[0]].hasPrefix("("), line[words[1]].hasPrefix("/dev/") else {
                    return nil
                }
                return String(line[words[1]])
            }
            guard !names.isEmpty else { continue }
            editor.add(
                AdaptationChange(
                    .remove(path: path),
                    reason:
                        "\(path) is removed: it names disks of the old machine (\(names.prefix(8).joined(separator: ", "))), "
                        + "and GRUB finds the disks itself without it"))
        }
    }
}
