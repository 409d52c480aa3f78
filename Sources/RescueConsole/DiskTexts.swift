internal import BlockDevices
internal import Inventory
internal import Progress

/// How disks are described to an operator who must not choose the wrong one.
enum DiskTexts {
    /// "51539607552 bytes" is what tells two disks of "48.0 GiB" apart.
    static func size(_ bytes: UInt64) -> String { "\(Quantity.bytes(bytes)) (\(bytes) bytes)" }

    /// Three lines: what it is, by what it is told apart, what is on it.
    static func present(_ disk: PresentDisk, number: Int) -> [String] {
        let identity = disk.identity
        let product = [identity.vendor, identity.model].compactMap { $0 }.joined(separator: " ")
        let bus = [identity.transport, disk.isRemovable ? "removable" : nil].compactMap { $0 }
        let kind = [paths(disk), product.isEmpty ? "no model" : product] + bus
        var lines = [
            "  \(number)  " + kind.joined(separator: "  ") + "  " + size(disk.geometry.sizeInBytes),
            "     serial \(identity.serial ?? "none"), "
                + (identity.wwn.map { "WWN \(PlainText.cut($0, 24)), " } ?? "") + sectors(disk.geometry),
            "     now: \(disk.found)",
        ]
        if !disk.use.isFree { lines.append("     IN USE: \(disk.use)") }
        return lines
    }

    /// One line, for machines with many disks.
    static func short(_ disk: PresentDisk, number: Int) -> String {
        let parts = [
            "  \(number)", paths(disk), Quantity.bytes(disk.geometry.sizeInBytes), disk.identity.serial ?? "no serial",
            disk.obstacles.isEmpty ? disk.found : "NO TARGET: \(disk.obstacles[0])",
        ]
        return PlainText.cut(parts.joined(separator: "  "), PlainText.width)
    }

    /// "/dev/sda (4 paths)".
    private static func paths(_ disk: PresentDisk) -> String {
        disk.otherPaths.isEmpty ? disk.path : "\(disk.path) (\(disk.allPaths.count) paths)"
    }

    /// One line: what a disk of the moment was.
    static func source(_ disk: DiskDescription) -> String {
        var parts = [size(disk.sizeInBytes)]
        if let was = disk.identity.summary { parts.append("was \(was)") }
        if disk.logicalSectorSize != 512 { parts.append("\(disk.logicalSectorSize)-byte sectors") }
        if let table = disk.partitionTable {
            let count = disk.partitions.count
            parts.append(table.kind == "dos" ? "MBR" : table.kind.uppercased())
            parts.append("\(count) partition\(count == 1 ? "" : "s")")
        }
        return "  \(disk.number)  " + parts.joined(separator: ", ")
    }

    private static func sectors(_ geometry: DiskGeometry) -> String {
        geometry.logicalSectorSize == geometry.physicalSectorSize
            ? "\(geometry.logicalSectorSize)-byte sectors"
            : "\(geometry.logicalSectorSize)-byte sectors (\(geometry.physicalSectorSize) physical)"
    }

    /// What to look at when Linux shows no disk.
    static let noDisks = [
        "This machine has no disks that Linux can see. It may be that",
        "- a RAID controller has no volumes yet: make them in its own setup program,",
        "- the controller needs a driver or firmware this image does not have (see the",
        "  shell: dmesg, ls /sys/bus/pci/devices),",
        "- the firmware keeps the disks to itself (Intel RST/VMD: switch to AHCI), or a",
        "  disk is not plugged in or not powered.",
    ]
}
