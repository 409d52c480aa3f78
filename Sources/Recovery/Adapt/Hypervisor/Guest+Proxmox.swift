extension Guest {
    /// A guest of Proxmox VE (qm.conf(5)): "key: value" lines up to the first section, which is a snapshot. nil for a template,
    /// which is never started.
    package init?(proxmox text: String, number: String, path: String) {
        self.init(manager: .proxmox, name: number, definition: path)
        var values: [(key: String, value: String)] = []
        for line in text.split(separator: "\n").prefix(1024) {
            if line.hasPrefix("[") { break }
            guard !line.hasPrefix("#"), let (key, value) = String(line).cut(at: ":") else { continue }
            values.append((key.trimmed, value.trimmed))
        }
        func value(_ key: String) -> String? { values.first { $0.key == key }?.value }
        guard value("template") != "1" else { return nil }
        if let own = value("name") { name = "\(number) (\(own))" }
        usesKVM = value("kvm") != "0"
        startsWithHost = value("onboot") == "1"
        readProcessor(value("cpu"))
        let memory = value("memory").map { Self.option("current", of: $0, isFirst: true) ?? $0 }
        memoryInBytes = memory.flatMap { UInt64($0) }.flatMap { $0 <= .max >> 20 ? $0 << 20 : nil }
        let (all, overflow) = (value("sockets").flatMap { Int($0) } ?? 1).multipliedReportingOverflow(
            by: value("cores").flatMap { Int($0) } ?? 1)
        processorCount = value("vcpus").flatMap { Int($0) } ?? (overflow ? nil : all)
        highestPinned = value("affinity").flatMap { Self.highest(in: $0) }
        for (key, value) in values { readDevice(key, value) }
    }

    private mutating func readProcessor(_ text: String?) {
        guard let text else { return }
        processorModel = Self.option("cputype", of: text, isFirst: true)
        let isOwn = ["host", "max"].contains(processorModel) || processorModel?.hasPrefix("custom-") == true
        if isOwn { processorModel = nil }
        requiredFeatures = (Self.option("flags", of: text) ?? "").split(separator: ";").filter { $0.hasPrefix("+") }
            .map { String($0.dropFirst()) }
    }

    private mutating func readDevice(_ key: String, _ value: String) {
        switch key.prefix(while: { !$0.isNumber }) {
        case _ where key == "efidisk0" || key == "tpmstate0": readDisk(key, value)
        case "ide", "sata", "scsi", "virtio": readDisk(key, value)
        case "net": if let bridge = Self.option("bridge", of: value) { bridges.insert(bridge) }
        case "hostpci":
            // "host=0000:01:00.0;0000:01:00.1", "01:00"; with "mapping=" each node has its own list.
            let addresses = (Self.option("host", of: value, isFirst: true) ?? "").split(separator: ";")
            pciDevices += addresses.map { $0.utf8.count < 8 ? "0000:\($0)" : String($0) }
        case "usb":
            // "host=1-2" is a socket, "spice" no device.
            let device = Self.option("host", of: value, isFirst: true) ?? ""
            if let (vendor, product) = device.cut(at: ":"), vendor.utf8.count == 4, product.utf8.count == 4 {
                usbDevices.append("\(vendor):\(product)".lowercased())
            }
        default: break
        }
    }

    /// "local-lvm:vm-100-disk-0,size=32G", "/dev/disk/by-id/ata-X,size=…", "none,media=cdrom".
    private mutating func readDisk(_ key: String, _ value: String) {
        guard let volume = Self.option("file", of: value, isFirst: true), !["none", "cdrom"].contains(volume) else {
            return
        }
        if volume.hasPrefix("/") {
            places.append(Place(role: "disk \(key)", path: volume))
        } else if let (storage, _) = volume.cut(at: ":") {
            pools.insert(storage)
        }
    }

    /// The value of "key=" in "a,key=value,b"; of the first part also without the key, where that may be left out.
    private static func option(_ key: String, of text: String, isFirst: Bool = false) -> String? {
        let parts = text.split(separator: ",").map(String.init)
        if let part = parts.first(where: { $0.hasPrefix("\(key)=") }) {
            return String(part.dropFirst(key.utf8.count + 1))
        }
        guard isFirst, let first = parts.first, !first.contains("=") else { return nil }
        return first
    }
}
