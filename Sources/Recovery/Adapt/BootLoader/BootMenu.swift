internal import BlockDevices
internal import LinuxSystem

/// The menu that the restored system is started by, and whether the files that its entries name are there.
struct BootMenu {
    /// Where it was read from, for people.
    var source: String
    var entries: [MenuEntry]
    var defaultEntry: MenuEntry?
    /// The loader's variables, which its entries may name.
    var variables: [String: String] = [:]
    /// Why the menu cannot be judged, or cannot work with the loader that reads it.
    var problem: String?

    /// Made of entries after the Boot Loader Specification.
    var isBLS: Bool { source.hasSuffix("/loader/entries") }

    /// GRUB's menu of the system.
    static func grub(_ place: GRUBPlace, _ tree: SystemTree) throws(RecoveryError) -> BootMenu {
        let path = "\(place.directory)/grub.cfg"
        let (text, environment) = try tree.looking { tree throws(SystemCallError) in
            (try tree.text(of: path) ?? "", try tree.text(of: "\(place.directory)/grubenv"))
        }
        let menu = GRUBMenu(text)
        if menu.usesBLS, menu.entries.allSatisfy({ $0.leaves.allSatisfy(\.kernels.isEmpty) }) {
            var blessed = try loaderEntries(at: "/boot", configuration: nil) { path throws(RecoveryError) in
                try tree.looking { tree throws(SystemCallError) in try tree.names(in: path) }
            } text: { path throws(RecoveryError) in
                try tree.looking { tree throws(SystemCallError) in try tree.text(of: path) }
            }
            blessed.variables = GRUBMenu.variables(environment)
            let saved = blessed.variables["saved_entry"] ?? ""
            blessed.defaultEntry = blessed.entries.first { $0.identifier == "\(saved).conf" } ?? blessed.defaultEntry
            return blessed
        }
        return BootMenu(
            source: path, entries: menu.entries, defaultEntry: menu.defaultEntry(environment: environment),
            variables: GRUBMenu.variables(environment))
    }

    /// The entries of systemd-boot in an EFI system partition, with the unified kernels beside them.
    static func systemdBoot(_ files: ESPFiles) throws(RecoveryError) -> BootMenu {
        let configuration = try files.text(of: "/loader/loader.conf")
        var menu = try loaderEntries(at: "", configuration: configuration) { path throws(RecoveryError) in
            try files.names(in: path)
        } text: { path throws(RecoveryError) in
            try files.text(of: path)
        }
        for name in try files.names(in: "/EFI/Linux") where name.lowercased().hasSuffix(".efi") {
            menu.entries.append(MenuEntry(title: name, identifier: name, kernels: ["/EFI/Linux/\(name)"]))
        }
        menu.defaultEntry = menu.defaultEntry ?? menu.entries.last
        return menu
    }

    private static func loaderEntries(
        at root: String, configuration: String?, names: (String) throws(RecoveryError) -> [String],
        text: (String) throws(RecoveryError) -> String?
    ) throws(RecoveryError) -> BootMenu {
        let directory = "\(root)/loader/entries"
        var entries: [MenuEntry] = []
        for name in try names(directory) where name.lowercased().hasSuffix(".conf") {
            guard let content = try text("\(directory)/\(name)") else { continue }
            entries.append(LoaderEntries.entry(content, name: name))
        }
        let chosen = LoaderEntries.defaultName(entries.compactMap(\.identifier), configuration: configuration)
        return BootMenu(
            source: directory, entries: entries, defaultEntry: entries.first { $0.identifier == chosen })
    }

    /// Files of an entry that are missing or empty. `sizes` answers the length of what the loader calls by a path, nil when
    /// there is none.
    static func missing(
        _ entry: MenuEntry, sizes: (String) throws(RecoveryError) -> UInt64?
    ) throws(RecoveryError) -> [String] {
        var missing: [String] = []
        for path in entry.kernels + entry.initramfs {
            // What a variable stands for is known to the loader only.
            guard let path = Self.known(path) else { continue }
            switch try sizes(path) {
            case nil: missing.append("\(path) is missing")
            case 0?: missing.append("\(path) is empty")
            default: break
            }
        }
        return missing
    }

    /// A path without the loader's root; nil where it has other variables.
    static func known(_ path: String) -> String? {
        let path = path.replacing("($root)", with: "")
        return path.contains("$") ? nil : path
    }

    /// Bytes of a file that GRUB calls by this path; nil when it is not there.
    static func size(of path: String, _ system: RestoredSystem) throws(RecoveryError) -> UInt64? {
        guard let file = try file(at: path, system) else { return nil }
        return try system.tree.looking { _ throws(SystemCallError) in try Files.status(file)?.sizeInBytes }
    }

    /// The path on this machine of what GRUB calls by a path of the file system with the kernels: that of /boot or of /, from its top. nil
    /// when neither has it.
    static func file(at path: String, _ system: RestoredSystem) throws(RecoveryError) -> String? {
        var places: [String] = []
        for (mountPoint, prefix) in [("/boot", "/boot"), ("/", "")] {
            guard let volume = system.volumes.first(where: { $0.mountPoint == mountPoint }) else { continue }
            let top = try GRUBPlace.subvolume(of: volume, mountPoint, system.tree)
            if path.hasPrefix(top + "/") { places.append(prefix + path.dropFirst(top.count)) }
            places.append(prefix + path)
        }
        return try system.tree.looking { tree throws(SystemCallError) in
            for place in places { if let found = try tree.path(place) { return found } }
            return nil
        }
    }
}
