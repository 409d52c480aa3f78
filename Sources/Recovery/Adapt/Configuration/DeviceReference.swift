/// What a configuration file may say to name a block device.
enum DeviceReference: Hashable {
    enum Tag: String, CaseIterable {
        case uuid = "UUID"
        case label = "LABEL"
        case partitionUUID = "PARTUUID"
        case partitionLabel = "PARTLABEL"
    }

    /// By what is written on the disk: moves along with it.
    case tag(Tag, String)
    /// By a name that LVM, md or device-mapper take from their own metadata: "/dev/mapper/vg0-root", "/dev/vg0/root", "/dev/md0".
    case stacked(String)
    /// By the order in which a kernel found its disks.
    case kernelName(KernelDiskName)
    /// By the disk's serial number or its socket, with the number of the partition: "/dev/disk/by-id/ata-X-part2".
    case hardware(name: String, partition: Int?)
    /// A device that is of no interest to a restore (CD, floppy, loop, /dev/null), or one that cannot be judged.
    case other
    /// No block device at all: tmpfs, server:/export, a file.
    case none

    init(_ text: String) {
        let text = text.unquoted
        if let (key, value) = text.cut(at: "="), let tag = Tag(rawValue: key) {
            self = .tag(tag, value.unquoted)
        } else if text.hasPrefix("/dev/disk/") {
            self = Self.link(text)
        } else if let name = KernelDiskName(text) {
            self = .kernelName(name)
        } else if text.hasPrefix("/dev/") {
            self = Self.node(text)
        } else {
            self = .none
        }
    }

    /// Whether it may mean another device on another machine.
    var isUnstable: Bool {
        switch self {
        case .kernelName, .hardware: true
        default: false
        }
    }

    /// udev writes what is not plain as "\x20".
    private static func link(_ text: String) -> DeviceReference {
        guard let (kind, name) = String(text.dropFirst("/dev/disk/by-".count)).cut(at: "/") else { return .other }
        switch kind {
        case "uuid": return .tag(.uuid, name)
        case "label": return .tag(.label, decoded(name))
        case "partuuid": return .tag(.partitionUUID, name)
        case "partlabel": return .tag(.partitionLabel, decoded(name))
        case "id" where name.hasPrefix("dm-name-"): return .stacked("/dev/mapper/\(name.dropFirst(8))")
        // Made from metadata on the disk, too.
        case "id" where ["dm-uuid-", "md-", "lvm-pv-uuid-"].contains { name.hasPrefix($0) }: return .other
        case "id", "path": return hardware(text)
        default: return .other
        }
    }

    private static func hardware(_ text: String) -> DeviceReference {
        guard let range = text.ranges(of: "-part").last, let number = Int(text[range.upperBound...]), number > 0 else {
            return .hardware(name: text, partition: nil)
        }
        return .hardware(name: String(text[..<range.lowerBound]), partition: number)
    }

    private static func node(_ text: String) -> DeviceReference {
        let parts = text.split(separator: "/").map(String.init)
        guard parts.count > 1 else { return .other }
        if parts[1] == "mapper" || parts[1] == "md" { return parts.count == 3 ? .stacked(text) : .other }
        // /dev/zvol/pool/name has four parts; /dev/shm, /dev/pts and their like are no volume groups.
        if parts.count == 3 {
            return ["shm", "pts", "bus", "input", "zvol", "block"].contains(parts[1]) ? .other : .stacked(text)
        }
        let isArray =
            parts.count == 2 && parts[1].hasPrefix("md")
            && parts[1].dropFirst(2).allSatisfy { $0.isNumber || $0 == "p" || $0 == "_" || $0 == "d" }
        return isArray && parts[1] != "md" ? .stacked(text) : .other
    }

    private static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 0x5c, rest.first == UInt8(ascii: "x"), rest.count > 2,
                let value = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
