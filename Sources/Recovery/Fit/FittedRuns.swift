internal import BlockDevices
internal import Buffers
internal import RepositoryFormat

/// Puts a fitted disk together: first what the moment gives, then what was changed on top of it.
struct FittedRuns {
    private(set) var runs: [FittedDisk.Run]
    private let sources: [ViewDisk]

    /// A disk of zeros.
    ///
    /// - Parameter sources: at least one.
    init(size: UInt64, from sources: [ViewDisk]) {
        runs = [FittedDisk.Run(sectors: 0..<size / 512, origin: .zeros)]
        precondition(!sources.isEmpty, "a disk made of none")
        self.sources = sources
    }

    /// Lets bytes of a disk of the moment, the first one by default, lie at a place of the target. All in bytes, multiples of 512.
    mutating func put(_ range: Range<UInt64>, of disk: UInt32? = nil, at target: UInt64) {
        let count = (range.upperBound - range.lowerBound) / 512
        put(target / 512..<target / 512 + count, .moment(disk ?? first, range.lowerBound / 512))
    }

    private var first: UInt32 { sources[0].record.number }

    /// The same, with what was written to an overlay of the partition on top. All at once: it may be many places.
    mutating func put(_ range: Range<UInt64>, under overlay: any ChangedPartition, at target: UInt64) {
        var parts: [FittedDisk.Run] = []
        func add(_ part: Range<UInt64>, _ origin: FittedDisk.Origin) {
            guard !part.isEmpty else { return }
            parts.append(
                FittedDisk.Run(
                    sectors: (target + part.lowerBound) / 512..<(target + part.upperBound) / 512, origin: origin))
        }
        for piece in overlay.pieces(upTo: range.upperBound - range.lowerBound) {
            switch piece.origin {
            case .moment(let from): add(piece.range, .moment(first, (range.lowerBound + from) / 512))
            case .zeros: add(piece.range, .zeros)
            case .change: add(piece.range, .change(.overlay(overlay, piece.range.lowerBound)))
            }
        }
        put(parts)
    }

    /// Lets bytes lie at any place of the target, also parts of sectors. Not over what came from an overlay.
    mutating func put(_ patch: DiskPatch) throws(BlockDeviceError) {
        let sectors = patch.range.lowerBound / 512..<(patch.range.upperBound + 511) / 512
        var bytes = [UInt8](repeating: 0, count: sectors.count * 512)
        for run in runs {
            let part = run.sectors.clamped(to: sectors)
            guard !part.isEmpty else { continue }
            let place = Int(part.lowerBound - sectors.lowerBound) * 512
            switch run.origin {
            case .zeros: continue
            case .moment(let disk, let from):
                let source = sources.first { $0.record.number == disk } ?? sources[0]
                let buffer = AlignedBuffer(capacity: part.count * 512)
                try source.read(into: buffer.all, at: (from + part.lowerBound - run.sectors.lowerBound) * 512)
                bytes.replaceSubrange(place..<place + part.count * 512, with: buffer.all.withBytes { Array($0) })
            case .change(.bytes(let own)):
                let start = Int(part.lowerBound - run.sectors.lowerBound) * 512
                bytes.replaceSubrange(place..<place + part.count * 512, with: own[start..<start + part.count * 512])
            case .change(.overlay): preconditionFailure("a patch at \(patch.offset) over a changed file system")
            }
        }
        let start = Int(patch.offset - sectors.lowerBound * 512)
        bytes.replaceSubrange(start..<start + patch.bytes.count, with: patch.bytes)
        put(sectors, .change(.bytes(bytes)))
    }

    private mutating func put(_ sectors: Range<UInt64>, _ origin: FittedDisk.Origin) {
        if !sectors.isEmpty { put([FittedDisk.Run(sectors: sectors, origin: origin)]) }
    }

    /// - Parameter parts: in order, without gaps.
    private mutating func put(_ parts: [FittedDisk.Run]) {
        guard let lower = parts.first?.sectors.lowerBound, let upper = parts.last?.sectors.upperBound else { return }
        let sectors = lower..<upper
        let first = runs.firstIndex { $0.sectors.upperBound > sectors.lowerBound } ?? runs.count
        var last = first
        while last < runs.count, runs[last].sectors.lowerBound < sectors.upperBound { last += 1 }
        var fresh: [FittedDisk.Run] = []
        if first < last {
            fresh += [runs[first].part(0..<sectors.lowerBound)].compactMap { $0 }
        }
        fresh += parts
        if first < last {
            fresh += [runs[last - 1].part(sectors.upperBound..<UInt64.max)].compactMap { $0 }
        }
        runs.replaceSubrange(first..<last, with: fresh)
    }
}
