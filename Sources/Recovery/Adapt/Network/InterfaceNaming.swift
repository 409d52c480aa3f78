/// Files that give an interface a name by its address, in the language of the restored system's udev.
///
/// A `.link` of systemd decides also where predictable names are off (`net.ifnames=0` switches policies off, not `Name=`). The
/// name of the file makes it the first that matches.
struct InterfaceNaming: Hashable {
    enum Language: Hashable {
        /// `[Match]` by the permanent address is understood from systemd 245 on. Before, `Type=ether` matches no card, and an
        /// unknown key would be skipped and let the file match every card.
        case link(knowsPermanentAddress: Bool)
        /// No systemd, or its naming of interfaces is masked.
        case rules
    }

    var language: Language

    static let directory = "/etc/systemd/network"
    static let rulesPath = "/etc/udev/rules.d/70-lifeboat-net.rules"
    private static let prefix = "10-lifeboat-"

    init(of tree: SystemTree) {
        let daemons = ["/usr/lib/systemd/systemd-udevd", "/lib/systemd/systemd-udevd"]
        let isMasked = Self.isMasked("80-net-setup-link.rules", in: tree)
        guard daemons.contains(where: tree.contains), !isMasked else {
            language = .rules
            return
        }
        language = .link(knowsPermanentAddress: (Self.systemdVersion(in: tree) ?? 0) >= 245)
    }

    /// A link to /dev/null, or an empty file, in /etc in place of the distribution's rules.
    private static func isMasked(_ name: String, in tree: SystemTree) -> Bool {
        let directory = "/etc/udev/rules.d"
        // What cannot be read counts as not there: then .link files are the right ones.
        guard (try? tree.names(in: directory))?.contains(name) == true else { return false }
        // The link leads to a device of the mounted tree, which has none, or to the node that it had on its disk.
        return ((try? tree.contents(of: "\(directory)/\(name)", limit: 1 << 16)) ?? []).isEmpty
    }

    /// systemd carries its version in the name of its own library: "libsystemd-shared-252.so", "…-255.4-1ubuntu8.so".
    private static func systemdVersion(in tree: SystemTree) -> Int? {
        let prefix = "libsystemd-shared-"
        let places = [
            "/usr/lib/systemd", "/lib/systemd", "/usr/lib64/systemd", "/usr/lib/x86_64-linux-gnu/systemd",
            "/usr/lib/aarch64-linux-gnu/systemd",
        ]
        for place in places {
            // A directory that is not there or cannot be read tells nothing, and the next is asked.
            let names = (try? tree.names(in: place)) ?? []
            let versions = names.compactMap { name -> Int? in
                guard name.hasPrefix(prefix) else { return nil }
                return Int(name.dropFirst(prefix.utf8.count).prefix { $0.isASCII && $0.isNumber }.prefix(6))
            }
            if let version = versions.max() { return version }
        }
        return nil
    }

    static func isOwn(_ path: String) -> Bool {
        path == rulesPath || (path.hasPrefix("\(directory)/\(prefix)") && path.hasSuffix(".link"))
            || path == Quarantine.path
    }

    /// Path and content of the files for these names.
    func files(for names: [(name: String, address: MACAddress)]) -> [(path: String, bytes: [UInt8])] {
        guard !names.isEmpty else { return [] }
        switch language {
        case .link(let knowsPermanentAddress):
            return names.map { name, address in
                let type = name.hasPrefix("wl") ? "wlan" : "ether"
                let match =
                    knowsPermanentAddress ? "PermanentMACAddress=\(address)\nType=\(type)" : "MACAddress=\(address)"
                let text = """
                    # Written by lifeboat after a restore: this card takes the place of the one that the configuration expects.
                    [Match]
                    \(match)

                    [Link]
                    Name=\(name)

                    """
                return ("\(Self.directory)/\(Self.prefix)\(name).link", Array(text.utf8))
            }
        case .rules:
            let lines = names.map { name, address in
                "SUBSYSTEM==\"net\", ACTION==\"add\", ATTR{address}==\"\(address)\", ATTR{type}==\"1\", NAME=\"\(name)\"\n"
            }
            let header =
                "# Written by lifeboat after a restore: these cards take the places of those that the configuration expects.\n"
            return [(Self.rulesPath, Array((header + lines.joined()).utf8))]
        }
    }

    /// Paths of such files that are there.
    static func present(in tree: SystemTree) -> [String] {
        let links = ConfigurationEditor.paths(in: directory, of: tree, endings: [".link"]).filter(isOwn)
        return links + (tree.contains(rulesPath) ? [rulesPath] : [])
    }

    /// Which name the files that are there give to which address.
    static func given(in tree: SystemTree) -> [(name: String, address: MACAddress)] {
        var editor = ConfigurationEditor(tree: tree)
        return present(in: tree).flatMap { path -> [(name: String, address: MACAddress)] in
            let lines = editor.open(path)?.lines ?? []
            // Each file of ours says it in one form only, so it can be read back without a parser for all of udev.
            if path == rulesPath {
                return lines.compactMap { line in
                    guard !BootFiles.isComment(line), let address = MACAddress.all(in: line).first?.address,
                        let start = line.ranges(of: "NAME=\"").last?.upperBound
                    else { return nil }
                    return (String(line[start...].prefix { $0 != "\"" }), address)
                }
            }
            guard let address = lines.lazy.compactMap({ MACAddress.all(in: $0).first?.address }).first,
                let name = lines.first(where: { $0.hasPrefix("Name=") })
            else { return [] }
            return [(String(name.dropFirst(5)), address)]
        }
    }
}
