internal import BlockDevices
internal import LinuxSystem

extension VirtualMachine {
    /// The machines in /etc/pve/qemu-server.
    static func proxmox(in tree: KernelTree) -> [VirtualMachine] {
        definitions(in: tree.etc + "/pve/qemu-server", suffix: ".conf").map { path, text in
            proxmoxMachine(text, path: path)
        }
    }

    /// "key: value" lines; sections after "[" are snapshots. A disk is "scsi0: local-lvm:vm-100-disk-0,size=32G".
    static func proxmoxMachine(_ text: String, path: String) -> VirtualMachine {
        let number = Files.lastComponent(of: path).split(separator: ".").first.map(String.init) ?? path
        var machine = VirtualMachine(name: number, manager: .proxmox, definition: path)
        for line in text.split(separator: "\n") {
            if line.hasPrefix("[") { break }
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, !line.hasPrefix("#") else { continue }
            let key = String(parts[0])
            let value = String(parts[1].drop { $0.isWhitespace })
            switch key {
            case "name": machine.name = value
            case "smbios1": machine.uuid = option("uuid", in: value)
            case _ where isDisk(key):
                let source = String(value.prefix { $0 != "," })
                if source != "none", option("media", in: value) != "cdrom" {
                    machine.disks.append(Disk(name: key, source: source))
                }
            default: break
            }
        }
        return machine
    }

    private static func option(_ key: String, in value: String) -> String? {
        value.split(separator: ",").first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    private static func isDisk(_ key: String) -> Bool {
        let kinds = ["ide", "sata", "scsi", "virtio", "efidisk", "tpmstate"]
        return kinds.contains {
            key.hasPrefix($0) && !key.dropFirst($0.count).isEmpty && key.dropFirst($0.count).allSatisfy(\.isNumber)
        }
    }
}
