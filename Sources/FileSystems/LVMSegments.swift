/// Reads the `logical_volumes` of a volume group: which extents are used, and which volumes are linear.
struct LVMSegments {
    private let physicalVolumes: [String: LVMGroup.PhysicalVolume]
    private let volumes: [String: LVMText]
    /// Words that appear in segments: names of volumes that others are built on (pools, origins, legs, …).
    private let mentioned: Set<String>

    init(_ physicalVolumes: [String: LVMGroup.PhysicalVolume], _ volumes: [String: LVMText]) {
        self.physicalVolumes = physicalVolumes
        self.volumes = volumes
        mentioned = Set(
            volumes.values.flatMap { volume in
                (volume.section ?? [:]).values.filter { $0.section != nil }.flatMap(\.strings)
            })
    }

    func parse() throws(FileSystemError) -> ([LVMGroup.LogicalVolume], [String: [Range<UInt64>]]) {
        var used: [String: [Range<UInt64>]] = [:]
        var result: [LVMGroup.LogicalVolume] = []
        for (name, volume) in volumes.sorted(by: { $0.key < $1.key }) {
            let segments = (volume.section ?? [:]).filter { $0.key.hasPrefix("segment") && $0.value.section != nil }
            guard let count = volume["segment_count"]?.count, count == UInt64(segments.count), count > 0 else {
                throw FileSystemError(.damaged, "the LVM metadata of volume \(name) lacks segments")
            }
            for segment in segments.values {
                for (key, range) in try areas(of: segment, in: name) { used[key, default: []].append(range) }
            }
            result.append(try logicalVolume(name, volume, segments))
        }
        for (key, ranges) in used {
            let sorted = ranges.sorted { $0.lowerBound < $1.lowerBound }
            guard zip(sorted, sorted.dropFirst()).allSatisfy({ $0.upperBound <= $1.lowerBound }) else {
                throw FileSystemError(.damaged, "the LVM metadata uses extents of \(key) twice")
            }
            used[key] = sorted
        }
        return (result, used)
    }

    /// Extents of physical volumes that a segment of any type uses: every list `["pv0", 0, …]` in it.
    private func areas(
        of segment: LVMText, in name: String
    ) throws(FileSystemError) -> [(String, Range<UInt64>)] {
        var result: [(String, Range<UInt64>)] = []
        // Stripes share the segment's extents; every other type has as many on each physical volume.
        let stripes = segment["type"]?.string == "striped" ? segment["stripe_count"]?.count ?? 0 : 1
        for list in (segment.section ?? [:]).values.compactMap(\.array) {
            for (index, item) in list.enumerated() {
                guard let key = item.string, let volume = physicalVolumes[key] else { continue }
                guard let extents = segment["extent_count"]?.count, extents > 0, extents < 1 << 40,
                    stripes > 0, extents % stripes == 0, index + 1 < list.count, let start = list[index + 1].count,
                    start < volume.extents, extents / stripes <= volume.extents - start
                else { throw FileSystemError(.damaged, "the LVM metadata of volume \(name) leaves \(key)") }
                result.append((key, start..<start + extents / stripes))
            }
        }
        return result
    }

    private func logicalVolume(
        _ name: String, _ volume: LVMText, _ sections: [String: LVMText]
    ) throws(FileSystemError) -> LVMGroup.LogicalVolume {
        func opaque(_ why: String) -> LVMGroup.LogicalVolume {
            LVMGroup.LogicalVolume(name: name, opaque: why, segments: [])
        }
        let states = Set((volume["status"]?.strings ?? []) + (volume["flags"]?.strings ?? []))
        guard states.contains("VISIBLE"), states.isSubset(of: ["READ", "WRITE", "VISIBLE", "FIXED_MINOR"]) else {
            return opaque("it is part of another logical volume, or being changed")
        }
        if mentioned.contains(name) { return opaque("a snapshot or another logical volume is built on it") }
        var segments: [LVMGroup.Segment] = []
        for section in sections.values {
            guard let type = section["type"]?.string else { return opaque("a segment has no type") }
            guard type == "striped", section["stripe_count"]?.count == 1, let stripe = section["stripes"]?.array,
                stripe.count == 2, let key = stripe[0].string, let start = stripe[1].count,
                let first = section["start_extent"]?.count, let extents = section["extent_count"]?.count,
                physicalVolumes[key] != nil
            else { return opaque("a segment of type \(type) is not linear") }
            // `areas` has checked that they lie on the physical volume.
            segments.append(
                .init(firstExtent: first, extents: extents, physicalVolume: key, physicalExtent: start))
        }
        segments.sort { $0.firstExtent < $1.firstExtent }
        var next: UInt64 = 0
        for segment in segments {
            guard segment.firstExtent == next else { return opaque("its segments leave a gap") }
            next += segment.extents
        }
        return LVMGroup.LogicalVolume(name: name, opaque: nil, segments: segments)
    }
}
