internal import BlockDevices
internal import Markup

extension VirtualMachine {
    /// The domains in /etc/libvirt/qemu.
    static func libvirt(in tree: KernelTree) -> [VirtualMachine] {
        definitions(in: tree.etc + "/libvirt/qemu", suffix: ".xml").compactMap { path, text in
            libvirtDomain(text, path: path)
        }
    }

    /// nil for what is no domain: a description of the machine has the others all the same.
    static func libvirtDomain(_ text: String, path: String) -> VirtualMachine? {
        // libvirt writes these files itself; one that is not well-formed starts nothing.
        guard let domain = try? XMLElement(parsing: Array(text.utf8)), domain.name == "domain",
            let name = domain.first("name")?.text, !name.isEmpty
        else { return nil }
        var machine = VirtualMachine(name: name, manager: .libvirt, definition: path)
        machine.uuid = domain.first("uuid")?.text
        let keys = ["file", "dev", "volume", "name", "dir"]
        for disk in domain.first("devices")?.all("disk") ?? [] {
            // A drive without a medium has no source.
            guard let source = disk.first("source"),
                let place = keys.lazy.compactMap({ source.attributes[$0] }).first, !place.isEmpty
            else { continue }
            machine.disks.append(Disk(name: disk.first("target")?.attributes["dev"] ?? "", source: place))
        }
        return machine
    }
}
