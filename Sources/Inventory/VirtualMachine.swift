package import BlockDevices
internal import LinuxSystem

/// A virtual machine of a host, as its hypervisor's settings or its running process tell.
package struct VirtualMachine: Codable, Hashable, Sendable {
    package enum Manager: String, Codable, Sendable { case libvirt, proxmox, qemu }

    package struct Disk: Codable, Hashable, Sendable {
        /// Name in the guest's settings: "vda", "scsi0".
        package var name: String
        /// File, device or volume that holds it: "/var/lib/libvirt/images/web.qcow2", "local-lvm:vm-100-disk-0".
        package var source: String

        package init(name: String, source: String) {
            self.name = name
            self.source = source
        }
    }

    package var name: String
    package var uuid: String?
    package var manager: Manager
    package var disks: [Disk]
    /// Whether a process of it was seen.
    package var isRunning: Bool
    /// The file with its settings.
    package var definition: String?

    package init(
        name: String, uuid: String? = nil, manager: Manager, disks: [Disk] = [], isRunning: Bool = false,
        definition: String? = nil
    ) {
        self.name = name
        self.uuid = uuid
        self.manager = manager
        self.disks = disks
        self.isRunning = isRunning
        self.definition = definition
    }

    /// All that is defined for libvirt and Proxmox, and what else runs under QEMU, by name.
    package static func all(in tree: KernelTree = .live) -> [VirtualMachine] {
        var machines = libvirt(in: tree) + proxmox(in: tree)
        for process in processes(in: tree) {
            let known = machines.firstIndex { $0.name == process.name || ($0.uuid != nil && $0.uuid == process.uuid) }
            if let known { machines[known].isRunning = true } else { machines.append(process) }
        }
        return machines.sorted { ($0.name, $0.definition ?? "") < ($1.name, $1.definition ?? "") }
    }

    /// Text of the files in a directory whose names end so, with their paths.
    static func definitions(in directory: String, suffix: String) -> [(path: String, text: String)] {
        // Most machines are no hypervisors and have no such directory.
        let names = (try? Files.names(in: directory)) ?? []
        return names.filter { $0.hasSuffix(suffix) }.compactMap { name in
            Files.text(of: "\(directory)/\(name)").map { ("\(directory)/\(name)", $0) }
        }
    }
}
