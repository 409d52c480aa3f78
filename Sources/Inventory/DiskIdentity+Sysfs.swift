package import BlockDevices
internal import LinuxSystem

extension DiskIdentity {
    /// Of a whole disk (a partition has the identity of its disk), from sysfs and, where udev runs, its database.
    package init(of node: BlockNode, in tree: KernelTree = .live) {
        let disk = node.wholeDisk
        let udev = Self.udevProperties(of: disk, in: tree)
        self.init(
            serial: Self.serial(of: disk, udev), wwn: Self.wwn(of: disk, udev),
            vendor: disk.attribute("device/vendor").flatMap { $0.hasPrefix("0x") || $0 == "ATA" ? nil : $0 },
            model: disk.attribute("device/model") ?? disk.attribute("device/name") ?? udev["ID_MODEL"],
            transport: Self.transport(of: disk), stableNames: Self.stableNames(of: disk, in: tree))
    }

    /// virtio-blk keeps it at the disk, NVMe and MMC at the controller, SCSI and libata in the vital product data, USB
    /// bridges often only at the USB device.
    private static func serial(of disk: BlockNode, _ udev: [String: String]) -> String? {
        disk.attribute("serial") ?? disk.attribute("device/serial") ?? unitSerialNumber(of: disk)
            ?? udev["ID_SCSI_SERIAL"] ?? udev["ID_SERIAL_SHORT"] ?? usbSerial(of: disk)
    }

    /// VPD page 0x80: four bytes of header (length in the last two), then ASCII.
    private static func unitSerialNumber(of disk: BlockNode) -> String? {
        // Many devices have no such page.
        guard let page = try? Files.contents(of: disk.directory + "/device/vpd_pg80", limit: 4096), page.count > 4,
            page[1] == 0x80
        else { return nil }
        let length = Int(page[2]) << 8 | Int(page[3])
        return text(page.dropFirst(4).prefix(length))
    }

    /// The nearest parent that is a USB device (it has `idVendor`).
    private static func usbSerial(of disk: BlockNode) -> String? {
        var directory = disk.directory
        while directory.count > 1, directory.contains("/usb") {
            directory = Files.parent(of: directory)
            if Files.exists(directory + "/idVendor") {
                return Files.text(of: directory + "/serial").flatMap { $0.isEmpty ? nil : $0 }
            }
        }
        return nil
    }

    /// Only names that are unique in the world: "t10." and NVMe's fallback repeat vendor, model and serial.
    private static func wwn(of disk: BlockNode, _ udev: [String: String]) -> String? {
        let name = disk.attribute("wwid") ?? disk.attribute("device/wwid")
        if let name, ["naa.", "eui.", "uuid."].contains(where: { name.hasPrefix($0) }) { return name }
        return udev["ID_WWN"].map { $0.hasPrefix("0x") ? "naa." + $0.dropFirst(2) : $0 }
    }

    private static func transport(of disk: BlockNode) -> String? {
        if disk.isLoop || disk.name.hasPrefix("loop") { return "loop" }
        let signs = [
            ("/nvme", "nvme"), ("/usb", "usb"), ("/vmbus", "hyperv"), ("VMBUS", "hyperv"), ("/vbd-", "xen"),
            ("/mmc", "mmc"),
            ("/session", "iscsi"), ("/rport-", "fc"), ("/end_device-", "sas"), ("/ata", "sata"),
        ]
        if let sign = signs.first(where: { disk.directory.contains($0.0) }) { return sign.1 }
        if disk.directory.contains("/virtio") { return "virtio" }
        return disk.directory.contains("/host") ? "scsi" : nil
    }

    private static func stableNames(of disk: BlockNode, in tree: KernelTree) -> [String] {
        let directory = tree.dev + "/disk/by-id"
        // Without udev there is no such directory.
        let names = (try? Files.names(in: directory)) ?? []
        // A link that dangles names no disk.
        return names.filter { (try? Files.status("\(directory)/\($0)"))?.representedDevice == disk.number }
    }

    /// "E:ID_SERIAL_SHORT=…" lines of udev's database.
    private static func udevProperties(of disk: BlockNode, in tree: KernelTree) -> [String: String] {
        let text = Files.text(of: "\(tree.run)/udev/data/b\(disk.number)") ?? ""
        let pairs = text.split(separator: "\n").filter { $0.hasPrefix("E:") }.compactMap { line -> (String, String)? in
            let parts = line.dropFirst(2).split(separator: "=", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    private static func text(_ bytes: some Sequence<UInt8>) -> String? {
        let printable = bytes.filter { $0 > 0x20 && $0 < 0x7f || $0 == 0x20 }
        let words = String(decoding: printable, as: UTF8.self).split(separator: " ")
        return words.isEmpty ? nil : words.joined(separator: " ")
    }
}
