/// A name that a kernel gives to disks in the order in which it finds them, and so never means the same on two machines:
/// "/dev/sda2", "/dev/nvme0n1p3".
struct KernelDiskName: Hashable {
    enum Family: String, CaseIterable { case sd, vd, xvd, hd, nvme, mmcblk }

    var family: Family
    /// 0 for sda, vda, nvme0n1.
    var index: Int
    /// "/dev/sda", "/dev/nvme0n1".
    var disk: String
    /// nil for the disk as a whole.
    var partition: Int?

    init?(_ path: String) {
        guard path.hasPrefix("/dev/"), path.utf8.count < 64,
            let family = Family.allCases.first(where: { path.dropFirst(5).hasPrefix($0.rawValue) })
        else { return nil }
        let rest = Array(path.utf8.dropFirst(5 + family.rawValue.utf8.count))
        switch family {
        case .nvme:
            // nvme0n1p3; further namespaces are other disks and have no place in an order.
            guard let controller = Self.number(rest.prefix { Self.isDigit($0) }) else { return nil }
            let name = rest.drop { Self.isDigit($0) }
            guard name.first == UInt8(ascii: "n") else { return nil }
            let namespace = name.dropFirst().prefix { Self.isDigit($0) }
            guard Self.number(namespace) == 1 else { return nil }
            self.init(family, controller, "\(controller)n1", name.dropFirst(1 + namespace.count))
        case .mmcblk:
            let digits = rest.prefix { Self.isDigit($0) }
            guard let index = Self.number(digits) else { return nil }
            self.init(family, index, "\(index)", rest.dropFirst(digits.count))
        default:
            let letters = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            guard !letters.isEmpty, letters.count < 4 else { return nil }
            // a … z, aa, ab …: numbers to the base of 26 without a zero.
            let index = letters.reduce(0) { $0 * 26 + Int($1 - UInt8(ascii: "a")) + 1 } - 1
            let digits = rest.dropFirst(letters.count)
            let partition = Self.number(digits)
            guard digits.isEmpty || partition != nil else { return nil }
            self.init(family, index, disk: String(decoding: letters, as: UTF8.self), partition: partition)
        }
    }

    private init(_ family: Family, _ index: Int, disk: String, partition: Int?) {
        self.family = family
        self.index = index
        self.disk = "/dev/\(family.rawValue)\(disk)"
        self.partition = partition
    }

    /// With "p" and a number after the disk, or nothing.
    private init?(_ family: Family, _ index: Int, _ disk: String, _ suffix: ArraySlice<UInt8>) {
        guard !suffix.isEmpty else {
            self.init(family, index, disk: disk, partition: nil)
            return
        }
        guard suffix.first == UInt8(ascii: "p"), let number = Self.number(suffix.dropFirst()) else { return nil }
        self.init(family, index, disk: disk, partition: number)
    }

    /// The device of a partition as the kernel names it: with "p" after a digit.
    static func partition(_ number: Int, of disk: String) -> String {
        disk.utf8.last.map(isDigit) == true ? "\(disk)p\(number)" : "\(disk)\(number)"
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// A decimal number without leading zeros, up to four digits: no kernel counts further.
    private static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard (1...4).contains(digits.count), digits.allSatisfy(isDigit), digits.count == 1 || digits.first != 0x30
        else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
