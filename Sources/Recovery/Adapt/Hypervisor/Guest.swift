/// What a guest's definition asks of its host, as far as another machine may not have it.
package struct Guest: Hashable {
    enum Manager: Hashable { case libvirt, proxmox }

    /// A file or block device of the host that the guest needs.
    struct Place: Hashable {
        /// "disk vda", "firmware".
        var role: String
        var path: String
    }

    var manager: Manager
    /// "web01", "100 (web01)".
    var name: String
    /// Where the definition lies: "/etc/libvirt/qemu/web01.xml", "/etc/pve/nodes/pve/qemu-server/100.conf".
    var definition: String
    var usesKVM = true
    /// Whether it starts with the host.
    var startsWithHost = false
    /// Model of its processor; nil when it is the host's own, or none is named.
    var processorModel: String?
    /// With libvirt's names.
    var requiredFeatures: [String] = []
    var memoryInBytes: UInt64?
    var processorCount: Int?
    /// The highest logical processor of the host that it is pinned to.
    var highestPinned: Int?
    /// "0000:06:12.5", or "0000:06:12" for all functions there.
    var pciDevices: [String] = []
    /// "0bda:8153".
    var usbDevices: [String] = []
    var places: [Place] = []
    /// Names of storage that its disks lie in: libvirt's pools, Proxmox's storages.
    var pools: Set<String> = []
    var bridges: Set<String> = []
    /// libvirt's virtual networks.
    var networks: Set<String> = []

    init(manager: Manager, name: String, definition: String) {
        self.manager = manager
        self.name = name
        self.definition = definition
    }

    /// "Guest web01 (/etc/libvirt/qemu/web01.xml)".
    var words: String { "Guest \(name) (\(definition))" }

    /// How its definition is edited in the started system.
    var edit: String {
        switch manager {
        case .libvirt: "\"virsh edit \(name)\""
        case .proxmox: "\"qm set \(number) …\" or the web interface"
        }
    }

    /// Proxmox's number of it.
    var number: String { name.split(separator: " ").first.map(String.init) ?? name }

    /// Highest number in a list such as "0-3,8,^2"; nil when none is in it.
    static func highest(in list: String) -> Int? {
        list.split { !$0.isNumber && $0 != "^" }.compactMap { Int($0) }.max()
    }
}
