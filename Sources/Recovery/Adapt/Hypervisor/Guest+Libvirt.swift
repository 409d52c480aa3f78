package import Markup

extension Guest {
    /// A domain of libvirt (formatdomain of its documentation); nil when the document is something else.
    package init?(domain root: XMLElement, path: String) {
        guard root.name == "domain", let name = root.first("name")?.text.trimmed, !name.isEmpty else { return nil }
        self.init(manager: .libvirt, name: name, definition: path)
        usesKVM = root.attributes["type"] == "kvm"
        memoryInBytes = root.first("memory").flatMap(Self.bytes)
        processorCount = root.first("vcpu").flatMap { Int($0.text.trimmed) }
        let pinned = (root.first("cputune")?.children ?? []) + root.all("vcpu")
        highestPinned = pinned.compactMap { $0.attributes["cpuset"].flatMap(Self.highest) }.max()
        readProcessor(root.first("cpu"))
        let devices = root.first("devices")
        if let loader = root.first("os", "loader")?.text.trimmed, !loader.isEmpty {
            places.append(Place(role: "firmware", path: loader))
        }
        for (role, element) in [("kernel", root.first("os", "kernel")), ("initrd", root.first("os", "initrd"))] {
            if let element { places.append(Place(role: role, path: element.text.trimmed)) }
        }
        if let emulator = devices?.first("emulator")?.text.trimmed {
            places.append(Place(role: "emulator", path: emulator))
        }
        devices?.all("disk").forEach { readDisk($0) }
        devices?.all("hostdev").forEach { readHostDevice($0) }
        devices?.all("interface").forEach { readInterface($0) }
    }

    private mutating func readProcessor(_ element: XMLElement?) {
        guard let element else { return }
        processorModel = element.first("model")?.text.trimmed
        // With these the model, if one is named at all, is not what the guest gets.
        if ["host-passthrough", "host-model", "maximum"].contains(element.attributes["mode"]) { processorModel = nil }
        requiredFeatures = element.all("feature").filter { ["require", nil].contains($0.attributes["policy"]) }
            .compactMap { $0.attributes["name"] }
    }

    private mutating func readDisk(_ disk: XMLElement) {
        guard let source = disk.first("source")?.attributes else { return }
        let role = "\(disk.attributes["device"] ?? "disk") \(disk.first("target")?.attributes["dev"] ?? "?")"
        if let path = source["file"] ?? source["dev"] ?? source["dir"] { places.append(Place(role: role, path: path)) }
        if let pool = source["pool"] { pools.insert(pool) }
    }

    private mutating func readHostDevice(_ device: XMLElement) {
        guard let source = device.first("source") else { return }
        if device.attributes["type"] == "pci", let address = source.first("address")?.attributes {
            let parts = ["domain", "bus", "slot", "function"].map { Self.number(address[$0]) }
            guard let bus = parts[1], let slot = parts[2] else { return }
            pciDevices.append(Self.address(parts[0] ?? 0, bus, slot, parts[3] ?? 0))
        } else if device.attributes["type"] == "usb" {
            let ids = ["vendor", "product"].map { Self.number(source.first($0)?.attributes["id"]) }
            guard let vendor = ids[0], let product = ids[1] else { return }
            usbDevices.append("\(Self.hexadecimal(vendor, 4)):\(Self.hexadecimal(product, 4))")
        }
    }

    private mutating func readInterface(_ interface: XMLElement) {
        guard let source = interface.first("source") else { return }
        if interface.attributes["type"] == "hostdev", let address = source.first("address")?.attributes {
            let parts = ["domain", "bus", "slot", "function"].map { Self.number(address[$0]) }
            if let bus = parts[1], let slot = parts[2] {
                pciDevices.append(Self.address(parts[0] ?? 0, bus, slot, parts[3] ?? 0))
            }
        }
        if let bridge = source.attributes["bridge"] { bridges.insert(bridge) }
        if let network = source.attributes["network"] { networks.insert(network) }
    }

    /// "0x1a" or "26".
    private static func number(_ text: String?) -> UInt64? {
        text.flatMap { $0.hasPrefix("0x") ? UInt64($0.dropFirst(2), radix: 16) : UInt64($0) }
    }

    static func hexadecimal(_ number: UInt64, _ width: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private static func address(_ domain: UInt64, _ bus: UInt64, _ slot: UInt64, _ function: UInt64) -> String {
        "\(hexadecimal(domain, 4)):\(hexadecimal(bus, 2)):\(hexadecimal(slot, 2)).\(hexadecimal(function, 1))"
    }

    /// A number with a unit: KiB where none is named.
    private static func bytes(_ element: XMLElement) -> UInt64? {
        let units: [String: UInt64] = [
            "b": 1, "bytes": 1, "KB": 1000, "k": 1 << 10, "KiB": 1 << 10, "MB": 1_000_000, "M": 1 << 20,
            "MiB": 1 << 20, "GB": 1_000_000_000, "G": 1 << 30, "GiB": 1 << 30, "TiB": 1 << 40, "T": 1 << 40,
        ]
        guard let amount = UInt64(element.text.trimmed), let unit = units[element.attributes["unit"] ?? "KiB"] else {
            return nil
        }
        let (bytes, overflow) = amount.multipliedReportingOverflow(by: unit)
        return overflow ? nil : bytes
    }
}
