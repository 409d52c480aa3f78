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
        if let label = disk.repositoryLabel, disk.roles.isEmpty {
            lines.append("     LOOKS LIKE A REPOSITORY OR BACKUP: a file system is called '\(label)'")
        }
        if let health = disk.health, health.isFailing { lines.append("     SMART: \(health.text)") }
        return lines
    }

    /// All there is to say of a disk of this machine: with its health and every partition.
    static func details(_ disk: PresentDisk, number: Int) -> [String] {
        var lines = present(disk, number: number)
        switch disk.health {
        case .some(let health) where !health.isFailing: lines.append("     SMART: \(health.text)")
        case .some: break
        case nil: lines.append("     SMART: it does not tell its health here")
        }
        lines += disk.identity.stableNames.sorted().prefix(3).map { "     /dev/disk/by-id/\($0)" }
        guard let contents = disk.contents else { return lines }
        return lines
            + contents.partitions.map { partition in
                self.partition(PartitionDescription(partition))
            }
    }

    /// A line of the disk and one of each partition, with who uses it.
    static func overview(_ overview: DiskOverview, number: Int) -> [String] {
        let disk = overview.disk
        let parts: [String?] = [
            "\(number)", paths(disk), Quantity.bytes(disk.geometry.sizeInBytes), disk.identity.transport,
            disk.identity.model, disk.identity.serial.map { "serial \($0)" },
            disk.isReadOnly ? "WRITE-PROTECTED" : nil,
        ]
        var lines = [parts.compactMap { $0 }.joined(separator: "  ")]
        lines += disk.roles.map(\.description).sorted().map { "     it \($0)" }
        if let problem = disk.problem { lines.append("     CANNOT BE READ: \(problem)") }
        guard let contents = disk.contents else { return lines }
        if contents.partitions.isEmpty {
            lines.append("     " + disk.summary)
        } else if !contents.signatures.all.isEmpty {
            lines.append("     the whole disk: \(contents.signatures.all.map(\.type).joined(separator: " or "))")
        }
        lines += contents.partitions.map { found in
            let use = overview.uses[found.number].flatMap { $0.isFree ? nil : "; \($0)" } ?? ""
            return partition(PartitionDescription(found)) + use
        }
        return lines.map { PlainText.cut($0, PlainText.width) }
    }

    /// The same of a disk of the moment.
    static func details(_ disk: DiskDescription) -> [String] {
        let identity = disk.identity
        var lines = [source(disk)]
        let parts: [String?] = [
            identity.transport, identity.serial.map { "serial \($0)" }, identity.wwn.map { "WWN \($0)" },
            sectors(logical: disk.logicalSectorSize, physical: disk.physicalSectorSize),
        ]
        lines.append("     " + parts.compactMap { $0 }.joined(separator: ", "))
        lines += disk.signatures.map { "     the whole disk: \(signature($0))" }
        return lines + disk.partitions.map(partition)
    }

    /// "     2  vg0  19.5 GiB  LVM2_member".
    private static func partition(_ partition: PartitionDescription) -> String {
        let parts: [String?] = [
            "\(partition.number)", partition.name, Quantity.bytes(partition.sizeInBytes),
            partition.signatures.isEmpty ? "-" : partition.signatures.map(signature).joined(separator: " or "),
        ]
        return "     " + parts.compactMap { $0 }.joined(separator: "  ")
    }

    private static func signature(_ signature: SignatureDescription) -> String {
        signature.type + (signature.label.map { " '\($0)'" } ?? "")
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
        sectors(logical: geometry.logicalSectorSize, physical: geometry.physicalSectorSize)
    }

    private static func sectors(logical: Int, physical: Int) -> String {
        "\(logical)-byte sectors" + (logical == physical ? "" : " (\(physical) physical)")
    }

    /// What to look at when there is nothing to restore to: `reasons` as they were found, else what it often is.
    static func noDisks(_ reasons: [String], isAny: Bool) -> [String] {
        let head = isAny ? "None of these can be a target." : "This machine has no disks that Linux can see."
        guard reasons.isEmpty else { return [head] + reasons.prefix(6).map { "- \($0)" } }
        return isAny
            ? [head]
            : [
                head,
                "No reason was found. A RAID controller without volumes shows none, nor does a device without driver or "
                    + "firmware: look at the kernel's log (shell: dmesg).",
            ]
    }
}
