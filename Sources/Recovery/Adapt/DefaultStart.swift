internal import LinuxSystem

/// What a restored system's boot loader would hand over by itself: its default kernel, for a start without firmware and loader.
///
/// A boot menu's script is read, not run (`GRUBMenu`): what only running it would tell is a reason to say no.
package struct DefaultStart: Sendable {
    /// Where the bytes of a file are.
    enum Content: Hashable, Sendable {
        /// A path of this machine, while the restored system is mounted.
        case file(String)
        case bytes([UInt8])
    }

    /// As the menu calls it: "Debian GNU/Linux".
    let title: String
    let commandLine: String
    let kernel: Content
    let initramfs: [Content]

    /// Gives it to the kernel that runs here, which keeps it in memory of its own.
    func load() throws(RecoveryError) {
        do throws(SystemCallError) {
            try Kexec.load(
                kernel: Self.open([kernel]), initramfs: Self.open(initramfs), commandLine: commandLine)
        } catch {
            let why =
                error.isSignatureMissing
                ? " Secure Boot is enforced, and the kernel that runs here does not know who signed that one." : ""
            throw RecoveryError(
                .failed, "The kernel of \"\(title)\" cannot be started from here.\(why) \(Self.advice)", cause: error)
        }
    }

    private static let advice = "The disks are as the report says. Reboot instead."

    /// Several are laid one behind the other, each at a multiple of four bytes, as a boot loader does it.
    private static func open(_ parts: [Content]) throws(SystemCallError) -> FileDescriptor {
        if parts.count == 1, case .file(let path) = parts[0] { return try FileDescriptor(path) }
        let memory = try FileDescriptor.inMemory(name: "start")
        var end: UInt64 = 0
        for part in parts {
            let bytes: [UInt8]
            switch part {
            case .file(let path): bytes = try Files.contents(of: path, limit: ESPFiles.sizeLimit)
            case .bytes(let read): bytes = read
            }
            try memory.write(bytes, at: end)
            end += UInt64(bytes.count + 3 & ~3)
        }
        return memory
    }
}

extension DefaultStart {
    init(_ system: RestoredSystem) throws(RecoveryError) {
        let scene = try BootScene(system)
        if scene.place == nil {
            for partition in scene.partitions {
                let menu = try BootMenu.systemdBoot(partition.files)
                guard menu.defaultEntry != nil else { continue }
                self = try DefaultStart(menu) { path throws(RecoveryError) in
                    try partition.files.contents(of: path).map { .bytes($0) }
                }
                return
            }
        }
        guard let place = scene.place else {
            throw RecoveryError(.failed, "The restored system has no boot menu to take a kernel from. \(Self.advice)")
        }
        self = try DefaultStart(try BootMenu.grub(place, system.tree)) { path throws(RecoveryError) in
            try BootMenu.file(at: path, system).map { .file($0) }
        }
    }

    /// `find` answers what the loader calls by a path, nil when there is none.
    init(_ menu: BootMenu, find: (String) throws(RecoveryError) -> Content?) throws(RecoveryError) {
        let entry = menu.defaultEntry ?? MenuEntry(title: menu.source)
        guard entry.kernels.count == 1, let path = BootMenu.known(entry.kernels[0]), let words = entry.arguments else {
            throw RecoveryError(
                .failed,
                "The default entry \"\(entry.title)\" starts something else than one Linux kernel (a hypervisor, a unified "
                    + "kernel). \(Self.advice)")
        }
        title = entry.title
        commandLine = Self.commandLine(words, menu.variables)
        guard commandLine.split(separator: " ").contains(where: { $0.hasPrefix("root=") }) else {
            throw RecoveryError(
                .failed, "The default entry \"\(entry.title)\" does not say where the root is. \(Self.advice)")
        }
        func found(_ path: String) throws(RecoveryError) -> Content {
            if let content = try find(path) { return content }
            throw RecoveryError(.failed, "\(path) of the restored system is missing. \(Self.advice)")
        }
        kernel = try found(path)
        // What another variable stands for is known to the loader only: mostly nothing ("$tuned_initrd").
        initramfs = try entry.initramfs.compactMap(BootMenu.known).map { path throws(RecoveryError) in
            try found(path)
        }
    }

    /// With the loader's variables put in; one that is not set is empty, as GRUB has it.
    package static func commandLine(_ words: [String], _ variables: [String: String]) -> String {
        words.map { word in
            word.hasPrefix("$") ? variables[word.filter { !"${}".contains($0) }] ?? "" : word
        }.filter { !$0.isEmpty }.joined(separator: " ")
    }
}
