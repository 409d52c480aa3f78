import Progress
import Repository
import RepositoryFormat

/// What differs between two moments; sizes in bytes. Stable as JSON.
struct DiffReport: Codable {
    /// Ranges of a disk that are listed unless all are wanted.
    static let longest = 20

    struct State: Codable {
        var time: String
        var position: String
        var quality: String
        var label: String

        init(_ moment: Moment) {
            time = Timestamp.text(ofNanoseconds: moment.time)
            position = moment.position.description
            quality = moment.quality.text
            label = moment.label
        }
    }

    struct Range: Codable {
        var offset: UInt64
        var length: UInt64
    }

    struct Disk: Codable {
        /// Number in the timeline.
        var disk: UInt32
        /// At both moments; 0 where the disk was not there.
        var sizes: [UInt64]
        var changedBytes: UInt64 = 0
        var extents: UInt64 = 0
        /// In order; the first of them when `isCut`.
        var ranges: [Range] = []
        var isCut = false

        init(disk: UInt32, sizes: [UInt64]) {
            self.disk = disk
            self.sizes = sizes
        }
    }

    var host: String
    /// Those of --at and --and.
    var moments: [State]
    var disks: [Disk] = []

    init(host: String, moments: [State]) {
        self.host = host
        self.moments = moments
    }

    var heading: String {
        let states = moments.map { moment in
            let label = moment.label.isEmpty ? "" : ", \"\(moment.label)\""
            return "\(moment.time) (\(TimelineText.short(moment.position)), \(moment.quality)\(label))"
        }
        return "\(host), \(states[0])\n  against \(states[1])\n"
    }

    /// The line over a disk's list.
    static func header(disk: UInt32) -> String { aligned("OFFSET", start: "disk \(disk)") + "  LENGTH" }

    /// One range of a list.
    static func line(_ range: Range) -> String {
        aligned(Quantity.count(range.offset), start: "") + "  " + Quantity.bytes(range.length)
    }

    private static func aligned(_ text: String, start: String) -> String {
        start + String(repeating: " ", count: max(1, 24 - start.count - text.count)) + text
    }
}

extension DiffReport.Disk {
    /// The total, with the list unless it was `printed` before.
    func text(printed: Bool) -> String {
        let size = sizes.max() ?? 0
        var lines = printed || ranges.isEmpty ? [] : [DiffReport.header(disk: disk)] + ranges.map(DiffReport.line)
        if isCut, !printed {
            lines.append("  and \(Quantity.count(extents - UInt64(ranges.count))) more: --all")
        }
        let kept = sizes[0] == sizes[1] ? "" : " (its size differs: \(sizes[0]) and \(sizes[1]) bytes)"
        lines.append(
            extents == 0
                ? "disk \(disk): no difference in \(Quantity.bytes(size))\(kept)"
                : "disk \(disk): \(Quantity.bytes(changedBytes)) of \(Quantity.bytes(size)) "
                    + "(\(Quantity.percent(changedBytes, of: size))) in \(Quantity.count(extents)) extents\(kept)")
        return lines.joined(separator: "\n")
    }
}
