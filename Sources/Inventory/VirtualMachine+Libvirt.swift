internal import BlockDevices

extension VirtualMachine {
    /// The domains in /etc/libvirt/qemu.
    static func libvirt(in tree: KernelTree) -> [VirtualMachine] {
        definitions(in: tree.etc + "/libvirt/qemu", suffix: ".xml").compactMap { path, text in
            libvirtDomain(text, path: path)
        }
    }

    /// libvirt writes these files itself, in one form. The few elements that matter are picked out by name: an XML
    /// library would be linked into the rescue image for nothing else.
    static func libvirtDomain(_ text: String, path: String) -> VirtualMachine? {
        var elements = XMLTags(text)
        var machine = VirtualMachine(name: "", manager: .libvirt, definition: path)
        var disk: Disk?
        while let tag = elements.next() {
            switch tag.name {
            case "name" where machine.name.isEmpty: machine.name = tag.text
            case "uuid" where machine.uuid == nil: machine.uuid = tag.text
            case "disk": disk = Disk(name: "", source: "")
            case "source" where disk?.source.isEmpty == true:
                let keys = ["file", "dev", "volume", "name", "dir"]
                disk?.source = keys.lazy.compactMap { tag.attributes[$0] }.first ?? ""
            case "target" where disk != nil: disk?.name = tag.attributes["dev"] ?? ""
            case "/disk":
                // A drive without a medium has no source.
                if let disk, !disk.source.isEmpty { machine.disks.append(disk) }
                disk = nil
            default: break
            }
        }
        return machine.name.isEmpty ? nil : machine
    }
}
