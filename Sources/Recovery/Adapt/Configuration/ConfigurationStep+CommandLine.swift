internal import BlockDevices

extension ConfigurationStep {
    func editCommandLines(
        _ editor: inout ConfigurationEditor, _ resolver: DeviceResolver, _ system: RestoredSystem
    ) {
        let isOnlyRoot = Self.roots(of: system.tree).count == 1
        let root = isOnlyRoot ? system.rootVolume : nil
        for path in BootFiles.templates(in: system.tree) + BootFiles.entries(in: system.tree) {
            editor.edit(path) { text, editor in Self.edit(&text, &editor, resolver, root) }
        }
        for path in BootFiles.environments(in: system.tree) {
            guard var text = editor.open(path) else { continue }
            Self.edit(&text, &editor, resolver, root)
            guard !text.edits.isEmpty else { continue }
            guard let block = EnvironmentBlock.padded(text.bytes) else {
                editor.warn(
                    "\(path) has no room for the longer names and was left as it is: use grub2-editenv in the system.")
                continue
            }
            if let change = text.change(padded: { _ in block }) { editor.add(change) }
        }
    }

    /// What all boot entries say after `root=`: one value means that it is this system's own.
    private static func roots(of tree: SystemTree) -> Set<String> {
        var editor = ConfigurationEditor(tree: tree)
        var found: Set<String> = []
        for path in BootFiles.entries(in: tree) + BootFiles.environments(in: tree) {
            for line in editor.open(path)?.lines ?? [] where !BootFiles.isComment(line) {
                found.formUnion(CommandLineWords.words(of: line).filter { $0.key == "root" }.map(\.value))
            }
        }
        return found
    }

    private static func edit(
        _ text: inout EditedText, _ editor: inout ConfigurationEditor, _ resolver: DeviceResolver,
        _ root: RestoredSystem.Volume?
    ) {
        // A kernel that starts without an initramfs finds partitions by PARTUUID only.
        let startsKernels = text.lines.contains { BootFiles.startsKernel($0) }
        let hasInitramfs = text.lines.contains { $0.lowercased().contains("initrd") }
        for index in text.lines.indices where !BootFiles.isComment(text.lines[index]) {
            var reasons: [String] = []
            let path = text.path
            let edited = CommandLineWords.replacing(in: text.lines[index]) { word in
                var decision = resolver.decide(
                    word.value, type: expectedType(of: word.key), byPartition: startsKernels && !hasInitramfs)
                if case .unresolved(let why) = decision, word.key == "root", DeviceReference(word.value).isUnstable,
                    let root,
                    let uuid = root.superblock.uuid
                {
                    decision = .replace(
                        with: "UUID=\(uuid)",
                        why: "the root file system and the only one that the boot entries name (\(why))")
                }
                switch decision {
                case .keep: return nil
                case .replace(let new, let why):
                    reasons.append("\(word.key)= is \(why)")
                    return new
                case .unresolved(let why):
                    editor.warn(
                        "\(path) line \(index + 1): \(word.key)=\(word.value): \(why).\(consequence(of: word.key))")
                    return nil
                }
            }
            text.replace(line: index, with: edited, because: reasons.joined(separator: ", "))
        }
    }

    /// What must be there for a word of a command line: swap for a resume, a container for a mapping.
    private static func expectedType(of key: String) -> String? {
        switch key {
        case "resume", "real_resume": "swap,swsuspend"
        case "cryptdevice": "crypto_LUKS"
        default: nil
        }
    }

    private static func consequence(of key: String) -> String {
        switch key {
        case "resume", "real_resume":
            " Initramfs of dracut wait for it and stop; take it out of the command line if there is no swap space any more."
        case "root", "real_root": " That entry cannot start."
        default: ""
        }
    }

    /// Each root file system that a boot entry names, and where it leads.
    func proveCommandLines(_ tree: SystemTree, _ resolver: DeviceResolver) -> [Proof] {
        var editor = ConfigurationEditor(tree: tree)
        var proofs: [Proof] = []
        for path in BootFiles.entries(in: tree) + BootFiles.environments(in: tree) {
            let lines = editor.open(path)?.lines ?? []
            let values = lines.filter { line in
                !BootFiles.isComment(line) && (BootFiles.startsKernel(line) || line.hasPrefix("kernelopts="))
            }.flatMap { CommandLineWords.words(of: $0) }.filter { $0.key == "root" }.map(\.value)
            // A grub.cfg says the same in each of its entries.
            for value in values.reduced {
                let what = "\(path): root=\(value)"
                switch resolver.find(value) {
                case .unknown: break
                case .found(let place): proofs.append(Proof("\(what) is \(place)", holds: true))
                case .missing(let why):
                    proofs.append(Proof("\(what) is on the restored disks", holds: false, detail: why))
                }
            }
        }
        return proofs
    }

    package func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof] {
        let resolver = Self.resolver(of: system)
        return system.arrays.map(\.proof) + proveFstab(system.tree, resolver)
            + proveCommandLines(system.tree, resolver)
    }
}

extension Array where Element: Hashable {
    /// Each element once, in the order of its first place.
    var reduced: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
