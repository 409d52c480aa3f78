package import BlockDevices
internal import LinuxSystem

extension NetworkInterface {
    /// All interfaces of this machine, by name, from sysfs and `getifaddrs(3)`.
    package static func all(in tree: KernelTree = .live) -> [NetworkInterface] {
        let directory = tree.sys + "/class/net"
        // No sysfs, or no addresses to be had: the description has the rest.
        let names = (try? Files.names(in: directory)) ?? []
        let addresses = (try? InterfaceAddress.all()) ?? []
        return names.filter { Files.exists("\(directory)/\($0)/ifindex") }.map { name in
            let own = addresses.filter { $0.interface == name }.map { "\($0.address)/\($0.prefixLength)" }
            return NetworkInterface(name, at: "\(directory)/\(name)", addresses: own, in: tree)
        }
    }

    private init(_ name: String, at directory: String, addresses: [String], in tree: KernelTree) {
        func field(_ relative: String) -> String? {
            Files.text(of: "\(directory)/\(relative)").flatMap { $0.isEmpty ? nil : $0 }
        }
        func link(_ relative: String) -> String? {
            // Only hardware has a device, only parts have a master.
            (try? Files.linkTarget("\(directory)/\(relative)")).map { Files.lastComponent(of: $0) }
        }
        func list(_ relative: String) -> [String] { (try? Files.names(in: "\(directory)/\(relative)")) ?? [] }
        let isBridge = Files.exists(directory + "/bridge")
        let isBond = Files.exists(directory + "/bonding")
        let vlan = Self.vlan(name, in: tree)
        let kind: Kind =
            if isBridge { .bridge } else if isBond { .bond } else if vlan != nil {
                .vlan
            } else if field("type") == "772" {
                .loopback
            } else if Files.exists(directory + "/device") { .physical } else { .virtual }
        let slaves = field("bonding/slaves")?.split(separator: " ").map(String.init) ?? []
        self.init(
            name: name, kind: kind, macAddress: kind == .loopback ? nil : field("address"), addresses: addresses,
            driver: link("device/driver"), busAddress: link("device"),
            speedInMegabits: field("speed").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil },
            hasCarrier: field("carrier").map { $0 == "1" }, memberOf: link("master"),
            members: isBridge ? list("brif") : slaves, vlanID: vlan?.id, vlanParent: vlan?.parent)
    }

    /// /proc/net/vlan/NAME: "eth0.5  VID: 5 …", then "Device: eth0".
    private static func vlan(_ name: String, in tree: KernelTree) -> (id: Int, parent: String)? {
        guard let text = Files.text(of: "\(tree.proc)/net/vlan/\(name)") else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let id = words.firstIndex(of: "VID:").flatMap({ words.dropFirst($0 + 1).first }).flatMap({ Int($0) }),
            let parent = words.firstIndex(of: "Device:").flatMap({ words.dropFirst($0 + 1).first })
        else { return nil }
        return (id, parent)
    }
}
