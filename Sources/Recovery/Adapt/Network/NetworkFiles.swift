/// The files of a restored system that configure its network, each with the language it is written in.
enum NetworkFiles {
    enum Language: Hashable {
        case ifupdown, netplan, networkd, networkManager, ifcfg, udevRules
        /// Only looked through for addresses of cards.
        case other
    }

    static func all(in tree: SystemTree) -> [(path: String, language: Language)] {
        func list(_ directory: String, _ language: Language, _ endings: [String] = [""]) -> [(String, Language)] {
            ConfigurationEditor.paths(in: directory, of: tree, endings: endings).map { ($0, language) }
        }
        let networkd = ["/etc/systemd/network", "/usr/local/lib/systemd/network"].flatMap { directory in
            list(directory, .networkd, [".network", ".netdev", ".link"])
                + ConfigurationEditor.paths(in: directory, of: tree, endings: [".d"]).flatMap {
                    list($0, .networkd, [".conf"])
                }
        }
        let ifcfg = ["/etc/sysconfig/network-scripts", "/etc/sysconfig/network"].flatMap { list($0, .ifcfg) }
        return [("/etc/network/interfaces", .ifupdown)] + list("/etc/network/interfaces.d", .ifupdown)
            + list("/etc/netplan", .netplan, [".yaml", ".yml"])
            + networkd.filter { !InterfaceNaming.isOwn($0.0) }
            + list("/etc/NetworkManager/system-connections", .networkManager)
            + ifcfg.filter { name($0.0).hasPrefix("ifcfg-") && name($0.0) != "ifcfg-lo" }
            + list("/etc/udev/rules.d", .udevRules, [".rules"]).filter { !InterfaceNaming.isOwn($0.0) }
            + list("/etc/cloud/cloud.cfg.d", .other, [".cfg"])
            + list("/etc/NetworkManager/conf.d", .other, [".conf"]) + [
                ("/etc/NetworkManager/NetworkManager.conf", .other)
            ]
    }

    static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
