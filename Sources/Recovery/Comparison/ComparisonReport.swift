package import BlockDevices
internal import Progress
internal import RepositoryFormat

/// Where disks of this machine differ from a moment. Sizes in bytes.
package struct ComparisonReport: Codable, Hashable, Sendable {
    /// A range in which at least one byte differs: as long as what is compared at once, some 64 KiB.
    package struct Place: Codable, Hashable, Sendable {
        package var offset: UInt64
        package var length: UInt64

        package init(offset: UInt64, length: UInt64) {
            self.offset = offset
            self.length = length
        }

        var end: UInt64 { offset + length }
    }

    package struct Disk: Codable, Hashable, Sendable {
        /// Number in the timeline.
        package var source: UInt32
        package var target: String
        package var sizeInBytes: UInt64
        package var differentBytes: UInt64
        package var places: [Place]
        package var areAllPlacesListed: Bool
    }

    package var host: String
    /// ISO 8601, UTC.
    package var moment: String
    package var seconds: Double
    package var disks: [Disk]

    /// Whether no byte differs.
    package var isEqual: Bool { disks.allSatisfy { $0.differentBytes == 0 } }

    /// Sorted keys, one final line feed.
    package var json: [UInt8] { encodeJSON(self) }
}

extension ComparisonReport {
    private static let mostLines = 12

    /// For the console. `partitions` are those of the targets, by the number of the disk in the timeline: they locate what differs.
    package func lines(partitions: [UInt32: [DiskContents.Partition]]) -> [String] {
        var lines = ["\(host) as of \(moment), compared in \(Quantity.duration(seconds: seconds)):", ""]
        for disk in disks {
            let what = "  disk \(disk.source) and \(disk.target)"
            guard disk.differentBytes > 0 else {
                lines.append("\(what): THE SAME in all that the moment holds")
                continue
            }
            lines.append(
                "\(what) DIFFER: in \(disk.areAllPlacesListed ? "" : "at least ")\(disk.places.count) places, "
                    + "\(Quantity.bytes(disk.differentBytes)) together")
            let known = partitions[disk.source] ?? []
            lines += Self.sums(disk, known)
            lines += disk.places.prefix(Self.mostLines).map {
                "    bytes \($0.offset)-\($0.end)\(Self.location($0, known).map { " (\($0))" } ?? "")"
            }
            if disk.places.count > Self.mostLines {
                lines.append("    and \(disk.places.count - Self.mostLines) more: comparison.json has them")
            }
        }
        lines.append("")
        if !isEqual {
            lines.append(
                "A place is some 64 KiB in which something differs. A system that was made to fit this machine, or that "
                    + "has run since, differs where it wrote.")
        }
        return lines + ["What was free at that moment, and what a larger disk has behind, is not compared."]
    }

    /// "partition 2: 3 places, 192.0 KiB".
    private static func sums(_ disk: Disk, _ partitions: [DiskContents.Partition]) -> [String] {
        guard !partitions.isEmpty else { return [] }
        let groups = Dictionary(grouping: disk.places) { location($0, partitions) ?? "" }
        return groups.keys.sorted().map { name in
            let places = groups[name] ?? []
            let bytes = places.reduce(0) { $0 + $1.length }
            return "    \(name): \(places.count) places, \(Quantity.bytes(bytes))"
        }
    }

    private static func location(_ place: Place, _ partitions: [DiskContents.Partition]) -> String? {
        guard !partitions.isEmpty else { return nil }
        let inside = partitions.first { !$0.isExtended && $0.range.contains(place.offset) }
        return inside.map { "partition \($0.number)" } ?? "outside of partitions"
    }
}
