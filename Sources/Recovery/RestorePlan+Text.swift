internal import Progress

extension RestorePlan {
    /// The plan for the console, line by line.
    package var text: String {
        var lines = [
            "Restore of \(host) as of \(moment)\(label.isEmpty ? "" : " (\(label))"), \(Self.words(for: quality))", "",
        ]
        for disk in disks {
            let was = disk.source.was.map { " (was \($0))" } ?? ""
            let part = disk.source.isFurtherPart == true ? "the rest of " : ""
            lines.append("  \(part)disk \(disk.source.number)\(was), \(size(disk.source.sizeInBytes))")
            for other in disk.others ?? [] {
                let was = other.was.map { " (was \($0))" } ?? ""
                lines.append("  and disk \(other.number)\(was), \(size(other.sizeInBytes)), behind it")
            }
            lines.append("    to      \(disk.target.displayName), \(size(disk.target.sizeInBytes))")
            lines.append(
                disk.target.kind == .newFile ? "    file    is created" : "    ERASES  \(disk.target.contents)")
            lines.append(
                "    writes  \(Quantity.bytes(disk.dataBytes)) of data, zeroes \(Quantity.bytes(disk.zeroBytes))")
            lines += layout(disk)
            for adaptation in disk.adaptations { lines.append("    adapts  \(adaptation)") }
            lines.append("    confirm \(disk.target.confirmation)")
        }
        lines.append("")
        lines.append(
            "  fetches \(Quantity.bytes(fetchBytes)) from the repository; with the check that follows it takes about "
                + "\(Quantity.duration(seconds: estimatedSeconds)) where network and disks give 100 MiB/s, "
                + "\(Quantity.duration(seconds: estimatedSeconds * 10)) at 10 MiB/s")
        for warning in warnings { lines.append("  Warning: \(warning)") }
        return lines.joined(separator: "\n")
    }

    /// How the disks stood at the moment, for who does not know the timeline's terms.
    static func words(for quality: String) -> String {
        switch quality {
        case "cold": "taken while nothing of it ran"
        case "frozen": "taken while its file systems were at rest"
        case "crash-consistent": "as after a power cut"
        case "clean shutdown": "after a clean shutdown"
        default: quality
        }
    }

    /// A table of places and sizes in MiB, where the disk is fitted to a smaller one, or several to one.
    private func layout(_ disk: Disk) -> [String] {
        guard let layout = disk.layout else { return [] }
        func mebibytes(_ bytes: UInt64) -> String {
            let tenths = bytes * 10 / (1 << 20)
            return "\(tenths / 10).\(tenths % 10)"
        }
        let isCombined = disk.others != nil
        var table = TextTable(
            [isCombined ? "DISK.PART" : "PART", "HOLDS", "FROM MiB", "SIZE", "TO MiB", "SIZE", ""], indent: 4)
        for fit in layout {
            table.add([
                Self.name(fit), fit.content, mebibytes(fit.oldStart), mebibytes(fit.oldSize), mebibytes(fit.newStart),
                mebibytes(fit.newSize), fit.change.rawValue + (fit.newNumber.map { ", becomes \($0)" } ?? ""),
            ])
            for volume in fit.volumes ?? [] {
                table.add([
                    "", "\(volume.name) (\(volume.content))", "", mebibytes(volume.oldSize), "",
                    mebibytes(volume.newSize), volume.change.rawValue,
                ])
            }
        }
        if isCombined {
            return ["    joins   disks on one; the first keeps its places, table and boot loader"] + table.lines
        }
        if layout.contains(where: { $0.change == .continued }) {
            return ["    continues the physical volume of LVM, in a partition of its own"] + table.lines
        }
        return ["    fits    to the smaller disk, which was tried already; everything else of the table stays"]
            + table.lines
    }

    /// "2", "1.2"; "1" of a disk without partitions.
    private static func name(_ fit: PartitionFit) -> String {
        [fit.disk.map { "\($0)" }, fit.number == 0 ? nil : "\(fit.number)"].compactMap { $0 }.joined(separator: ".")
    }

    private func size(_ bytes: UInt64) -> String { "\(Quantity.bytes(bytes)) (\(bytes) bytes)" }
}
