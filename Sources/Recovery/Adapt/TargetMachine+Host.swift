package import BlockDevices
internal import LinuxSystem

/// What a hypervisor has to give: processors, memory, devices for guests.
extension TargetMachine {
    /// Fills in what /proc and /sys tell; what they do not tell stays nil.
    package mutating func readHostFacts(in tree: KernelTree = .live) {
        processor = Processor(Files.text(of: tree.proc + "/cpuinfo", limit: 16 << 20) ?? "")
        memoryInBytes = Self.memory(Files.text(of: tree.proc + "/meminfo") ?? "")
        pciDevices = Self.pciDevices(tree.sys + "/bus/pci/devices")
        usbDevices = Self.usbDevices(tree.sys + "/bus/usb/devices")
    }

    /// "MemTotal:       16384256 kB"
    private static func memory(_ text: String) -> UInt64? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
        let amount = line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }
        return amount.flatMap { $0 <= .max >> 10 ? $0 << 10 : nil }
    }

    private static func pciDevices(_ directory: String) -> [String: String]? {
        // A machine without the bus tells nothing.
        guard let names = try? Files.names(in: directory) else { return nil }
        var found: [String: String] = [:]
        for name in names {
            let ids = ["vendor", "device"].map { Files.text(of: "\(directory)/\(name)/\($0)") ?? "?" }
            // Only devices with a driver have the link.
            let driver = (try? Files.linkTarget("\(directory)/\(name)/driver")).map {
                ", \(Files.lastComponent(of: $0))"
            }
            let shown = ids.map { $0.hasPrefix("0x") ? String($0.dropFirst(2)) : $0 }.joined(separator: ":")
            found[name] = shown + (driver ?? "")
        }
        return found
    }

    private static func usbDevices(_ directory: String) -> Set<String>? {
        // As above.
        guard let names = try? Files.names(in: directory) else { return nil }
        return Set(
            names.compactMap { name in
                guard let vendor = Files.text(of: "\(directory)/\(name)/idVendor"),
                    let product = Files.text(of: "\(directory)/\(name)/idProduct")
                else { return nil }
                return "\(vendor):\(product)"
            })
    }
}

extension TargetMachine.Processor {
    /// From the text of /proc/cpuinfo of an x86 machine; nil for any other.
    init?(_ text: String) {
        func values(_ key: String) -> [Substring] {
            text.split(separator: "\n").filter { $0.hasPrefix("\(key)\t") }.compactMap { line in
                line.firstIndex(of: ":").map { line[line.index(after: $0)...].drop { $0 == " " } }
            }
        }
        guard let vendor = values("vendor_id").first, let flags = values("flags").first else { return nil }
        self.init(
            vendor: String(vendor), flags: Set(flags.split(separator: " ").map(String.init)),
            count: values("processor").count)
    }
}
