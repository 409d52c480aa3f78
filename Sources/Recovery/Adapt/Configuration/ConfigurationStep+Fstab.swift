extension ConfigurationStep {
    func editFstab(_ editor: inout ConfigurationEditor, _ resolver: DeviceResolver) {
        editor.edit("/etc/fstab") { text, editor in
            for index in text.lines.indices {
                let line = text.lines[index]
                guard let entry = FstabLine(line), entry.namesDevice else { continue }
                switch resolver.decide(entry.device, type: entry.type) {
                case .keep: break
                case .replace(let new, let why):
                    var edited = line
                    edited.replaceSubrange(entry.deviceRange, with: new)
                    text.replace(line: index, with: edited, because: why)
                case .unresolved(let why):
                    markMissing(entry, why, at: index, in: &text, &editor)
                }
            }
        }
    }

    private func markMissing(
        _ entry: FstabLine, _ why: String, at index: Int, in text: inout EditedText, _ editor: inout ConfigurationEditor
    ) {
        let what =
            "/etc/fstab line \(index + 1): \(entry.device) for \(entry.isSwap ? "swap" : entry.mountPoint): \(why)"
        if entry.isOptional {
            editor.warn("\(what). The system starts without it.")
        } else if entry.isNeededToStart {
            editor.warn("\(what). The system cannot start before this line is right.")
        } else if marksMissingAsNoFail {
            text.replace(line: index, with: FstabLine.markedNoFail(text.lines[index]), because: "for \(why)")
        } else if entry.isSwap {
            editor.warn("\(what). The start waits 90 s for it and goes on without it.")
        } else {
            editor.warn(
                "\(what). The start waits 90 s for it and stops in emergency mode; mend the line, or let it be marked nofail."
            )
        }
    }

    /// Each line that the start depends on, and where it leads.
    func proveFstab(_ tree: SystemTree, _ resolver: DeviceResolver) -> [Proof] {
        var editor = ConfigurationEditor(tree: tree)
        guard let text = editor.open("/etc/fstab") else { return [] }
        return text.lines.compactMap { line in
            guard let entry = FstabLine(line), entry.namesDevice, !entry.isOptional else { return nil }
            let what = "/etc/fstab: \(entry.device) for \(entry.isSwap ? "swap" : entry.mountPoint)"
            switch resolver.find(entry.device, type: entry.type) {
            case .unknown: return nil
            case .found(let place): return Proof("\(what) is \(place)", holds: true)
            case .missing(let why): return Proof("\(what) is on the restored disks", holds: false, detail: why)
            }
        }
    }
}
