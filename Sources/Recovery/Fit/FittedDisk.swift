internal import BlockDevices
internal import Buffers
internal import Repository
internal import RepositoryFormat

/// A disk of a moment fitted to a smaller target, or several on one target: where each byte of the target comes from.
///
/// A run is the moment's own bytes, moved down or not; zeros; or what was changed. So a partition that moves costs no room
/// anywhere, and is fetched once like everything else.
final class FittedDisk: Sendable {
    /// Bytes that are not the moment's.
    enum Change: Sendable {
        case bytes([UInt8])
        /// Bytes of an overlay from an offset on.
        case overlay(any ChangedPartition, UInt64)
    }

    enum Origin: Sendable {
        /// A disk of the moment, by its number, from this sector on.
        case moment(UInt32, UInt64)
        case zeros
        case change(Change)
    }

    /// In sectors of 512 bytes of the target.
    struct Run: Sendable {
        var sectors: Range<UInt64>
        var origin: Origin

        /// What of it lies in some sectors; nil where nothing does.
        func part(_ wanted: Range<UInt64>) -> Run? {
            let part = sectors.clamped(to: wanted)
            guard !part.isEmpty else { return nil }
            let skipped = part.lowerBound - sectors.lowerBound
            let origin: Origin =
                switch self.origin {
                case .zeros: .zeros
                case .moment(let disk, let from): .moment(disk, from + skipped)
                case .change(.bytes(let bytes)):
                    .change(.bytes(Array(bytes[Int(skipped) * 512..<(Int(skipped) + part.count) * 512])))
                case .change(.overlay(let overlay, let offset)): .change(.overlay(overlay, offset + skipped * 512))
                }
            return Run(sectors: part, origin: origin)
        }
    }

    /// As the moment has it; of several the one whose number the target goes by. Of a disk that is divided among several targets its number
    /// is that of the part (`PartNumber`).
    let source: DiskRecord
    /// The other disks that lie on the target.
    let others: [DiskRecord]
    /// As the target shall hold it: its size, and how many sectors of which kind.
    let record: DiskRecord
    /// Of all the target, in order, without gaps.
    let runs: [Run]
    let partitions: [PartitionFit]
    /// What is to be known of it, for the plan.
    let warnings: [String]
    /// With many small runs the same pages of the map are asked for again and again.
    private let view: View
    /// Where the runs of the moment come from.
    private let origins: [DiskRecord]
    /// The runs of the moment by their disk, in layers: in each in the order of their source, without overlaps. What lies on the target
    /// several times is in as many of them.
    private let moved: [UInt32: [[Moved]]]

    /// Walks the map. Throws what the repository does.
    ///
    /// - Parameter origins: the disks of the moment whose bytes are on it; `source` and `others` by default.
    init(
        _ source: DiskRecord, and others: [DiskRecord] = [], of origins: [DiskRecord]? = nil, size: UInt64, runs: [Run],
        partitions: [PartitionFit],
        warnings: [String] = [], in view: View
    ) throws {
        self.source = source
        self.others = others
        let view = view.keepingPages()
        self.view = view
        self.origins = origins ?? [source] + others
        self.warnings = warnings
        self.runs = runs
        self.partitions = partitions
        var moved: [UInt32: [Moved]] = [:]
        for run in runs {
            guard case .moment(let disk, let from) = run.origin else { continue }
            let place = Moved(source: from..<from + UInt64(run.sectors.count), target: run.sectors.lowerBound)
            moved[disk, default: []].append(place)
        }
        self.moved = moved.mapValues(Self.layers)
        let records = Self.byNumber(self.origins)
        var record = source
        record.sizeInBytes = size
        (record.dataSectors, record.zeroSectors, record.unusedSectors, record.extents) = (0, 0, 0, 0)
        for run in runs {
            let count = run.sectors.upperBound - run.sectors.lowerBound
            switch run.origin {
            case .change: record.dataSectors += count
            case .zeros: record.zeroSectors += count
            case .moment(let disk, let from):
                try view.extents(of: records[disk] ?? source, in: from..<from + count) { extent in
                    record.extents += 1
                    switch extent.kind {
                    case .data: record.dataSectors += extent.length
                    case .unused: record.unusedSectors += extent.length
                    default: record.zeroSectors += extent.length
                    }
                }
            }
        }
        self.record = record
    }

    /// Numbers of the disks of the moment whose bytes are on it.
    var origin: [UInt32] { origins.map(\.number) }

    /// Calls `body` with what the target holds in `range`, in order: the moment's extents with the target's addresses, and
    /// zeros. What was changed is left out.
    func extents(in range: Range<UInt64>?, _ body: (Extent) throws -> Void) throws {
        let records = Self.byNumber(origins)
        for run in runs(in: range ?? 0..<record.sectors) {
            let part = run.sectors
            switch run.origin {
            case .change: continue
            case .zeros: try body(Extent(start: part.lowerBound, length: UInt64(part.count), kind: .zero))
            case .moment(let disk, let from):
                try view.extents(of: records[disk] ?? source, in: from..<from + UInt64(part.count)) { extent in
                    var moved = extent
                    moved.start = part.lowerBound + (extent.start - from)
                    try body(moved)
                }
            }
        }
    }

    /// Where the sectors of a record of one of its disks go: none, one or several places.
    func places(of record: ScatterRecord, _ body: (ScatterRecord) -> Void) {
        for layer in moved[record.disk] ?? [] { places(of: record, in: layer, body) }
    }

    private func places(of record: ScatterRecord, in moved: [Moved], _ body: (ScatterRecord) -> Void) {
        let wanted = record.start..<record.start + UInt64(record.lengthInSectors)
        var index = Self.first(of: moved, behind: wanted.lowerBound)
        while index < moved.count, moved[index].source.lowerBound < wanted.upperBound {
            let part = moved[index].source.clamped(to: wanted)
            if !part.isEmpty {
                var place = record
                place.disk = source.number
                place.start = moved[index].target + (part.lowerBound - moved[index].source.lowerBound)
                place.offset += UInt32(part.lowerBound - record.start)
                place.lengthInSectors = UInt32(part.count)
                body(place)
            }
            index += 1
        }
    }

    /// The parts of runs in a range of sectors of the target, in order.
    func runs(in range: Range<UInt64>) -> some Sequence<Run> {
        let first = runs.partitioningIndex(where: { $0.sectors.upperBound > range.lowerBound })
        return runs[first...].lazy.prefix { $0.sectors.lowerBound < range.upperBound }.compactMap { $0.part(range) }
    }

    private struct Moved {
        var source: Range<UInt64>
        var target: UInt64
    }

    private static func layers(_ moved: [Moved]) -> [[Moved]] {
        var layers: [[Moved]] = []
        for run in moved.sorted(by: { $0.source.lowerBound < $1.source.lowerBound }) {
            let free = layers.firstIndex { $0.last.map { $0.source.upperBound <= run.source.lowerBound } ?? true }
            if let free { layers[free].append(run) } else { layers.append([run]) }
        }
        return layers
    }

    private static func byNumber(_ disks: [DiskRecord]) -> [UInt32: DiskRecord] {
        Dictionary(disks.map { ($0.number, $0) }) { first, _ in first }
    }

    /// The first of `moved` that ends behind a sector of the moment's disk.
    private static func first(of moved: [Moved], behind sector: UInt64) -> Int {
        moved.partitioningIndex(where: { $0.source.upperBound > sector })
    }
}
