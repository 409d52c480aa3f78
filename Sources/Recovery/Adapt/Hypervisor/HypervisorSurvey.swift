internal import LinuxSystem
internal import Markup

/// What a restored hypervisor has defined: guests, virtual networks, storage.
struct HypervisorSurvey {
    /// Storage that guests name instead of paths: a pool of libvirt, a storage of Proxmox.
    struct Pool: Hashable {
        var manager: Guest.Manager
        var name: String
        var definition: String
        /// Directories and devices that it needs.
        var places: [String] = []
        /// Volume group.
        var group: String?
    }

    /// A definition of libvirt that names devices, as it lies in the system.
    private(set) var texts: [EditedText] = []
    private(set) var guests: [Guest] = []
    private(set) var pools: [Pool] = []
    /// Virtual networks of libvirt, each with the bridge of the host that it stands on; nil when it makes its own.
    private(set) var networks: [String: String?] = [:]
    /// Bridges that libvirt makes.
    private(set) var ownBridges: Set<String> = []
    private(set) var warnings: [String] = []
    private let tree: SystemTree

    private static let largestDefinition = 4 << 20

    init(_ tree: SystemTree) {
        self.tree = tree
        readLibvirt()
        readProxmox()
    }

    private mutating func readLibvirt() {
        let autostart = Set(
            ConfigurationEditor.paths(in: "/etc/libvirt/qemu/autostart", of: tree).map(NetworkFiles.name))
        for (path, root) in documents(in: "/etc/libvirt/qemu") {
            guard var guest = Guest(domain: root, path: path) else { continue }
            guest.startsWithHost = autostart.contains(NetworkFiles.name(path))
            guests.append(guest)
        }
        for (_, root) in documents(in: "/etc/libvirt/qemu/networks") {
            guard root.name == "network", let name = root.first("name")?.text.trimmed else { continue }
            let bridge = root.first("bridge")?.attributes["name"]
            let isHosts = root.first("forward")?.attributes["mode"] == "bridge"
            networks.updateValue(isHosts ? bridge : nil, forKey: name)
            if let bridge, !isHosts { ownBridges.insert(bridge) }
        }
        for (path, root) in documents(in: "/etc/libvirt/storage") {
            guard root.name == "pool", let name = root.first("name")?.text.trimmed else { continue }
            var pool = Pool(manager: .libvirt, name: name, definition: path)
            switch root.attributes["type"] {
            case "dir": pool.places += [root.first("target", "path")?.text.trimmed].compactMap { $0 }
            case "logical": pool.group = root.first("source", "name")?.text.trimmed
            case "fs", "disk":
                pool.places += (root.first("source")?.all("device") ?? []).compactMap { $0.attributes["path"] }
            default: break
            }
            pools.append(pool)
        }
    }

    private mutating func documents(in directory: String) -> [(path: String, root: XMLElement)] {
        var found: [(String, XMLElement)] = []
        for path in ConfigurationEditor.paths(in: directory, of: tree, endings: [".xml"]) {
            do {
                guard let bytes = try tree.contents(of: path, limit: Self.largestDefinition) else { continue }
                found.append((path, try XMLElement(parsing: bytes)))
                if let text = EditedText(path: path, bytes: bytes) { texts.append(text) }
            } catch {
                warnings.append("\(path) cannot be read and was not checked: \(error).")
            }
        }
        return found
    }

    private mutating func readProxmox() {
        do {
            guard let database = try ProxmoxDatabase(of: tree) else { return }
            let node = try tree.text(of: "/etc/hostname")?.trimmed.split(separator: ".").first.map(String.init) ?? ""
            let directory = "nodes/\(node)/qemu-server/"
            for (path, bytes) in database.files.sorted(by: { $0.key < $1.key })
            where path.hasPrefix(directory) && path.hasSuffix(".conf") {
                let number = String(path.dropFirst(directory.utf8.count).dropLast(5))
                let text = String(decoding: bytes, as: UTF8.self)
                if let guest = Guest(proxmox: text, number: number, path: "/etc/pve/\(path)") { guests.append(guest) }
            }
            if !database.files.keys.contains(where: { $0.hasPrefix("nodes/\(node)/") }) {
                warnings.append(
                    "\(ProxmoxDatabase.path) knows no node \"\(node)\", which /etc/hostname says: Proxmox VE does not show the "
                        + "guests of this host under another name.")
            }
            readStorages(String(decoding: database.files["storage.cfg"] ?? [], as: UTF8.self))
        } catch {
            warnings.append(
                "\(ProxmoxDatabase.path) cannot be read, and the guests of Proxmox VE were not checked: \(error). "
                    + "Without it Proxmox VE has no guests; look at it before they are needed.")
        }
    }

    /// "type: name", then indented "key value".
    private mutating func readStorages(_ text: String) {
        for line in text.split(separator: "\n").prefix(4096).map(String.init) where !line.hasPrefix("#") {
            if let first = line.utf8.first, first != 0x20, first != 0x09, let (_, name) = line.cut(at: ":") {
                pools.append(Pool(manager: .proxmox, name: name.trimmed, definition: "/etc/pve/storage.cfg"))
            } else if let last = pools.indices.last, pools[last].manager == .proxmox {
                let words = line.words().map { String(line[$0]) }
                guard words.count > 1 else { continue }
                if words[0] == "path" { pools[last].places.append(words[1]) }
                if words[0] == "vgname" { pools[last].group = words[1] }
            }
        }
    }
}
