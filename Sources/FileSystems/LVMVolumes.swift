/// Turns the extents of a volume group into runs of disk bytes.
struct LVMVolumes {
    private let group: LVMGroup
    private let physical: [String: Volume]

    /// `physical` holds every physical volume of the group by its name in the metadata, and was checked to be as
    /// long as the group says.
    init(_ group: LVMGroup, _ physical: [String: Volume]) {
        self.group = group
        self.physical = physical
    }

    /// The volumes that may be descended into, and the others.
    func logicalVolumes() throws(FileSystemError) -> (linear: [Volume], opaque: [Volume]) {
        var linear: [Volume] = []
        var opaque: [Volume] = []
        let anchor = physical.values.first?.anchor ?? []
        for logical in group.logicalVolumes {
            let logicalName = "\(group.name)/\(logical.name)"
            let name = "logical volume \(logicalName)"
            if let reason = logical.opaque {
                opaque.append(Volume(description: name, content: .opaque(reason), runs: anchor))
                continue
            }
            var runs: [Volume.Run] = []
            for segment in logical.segments {
                let base = segment.firstExtent * group.extentSize
                let extents = segment.physicalExtent..<segment.physicalExtent + segment.extents
                for run in try part(segment.physicalVolume, extents).runs {
                    runs.append(
                        .init(
                            volumeOffset: base + run.volumeOffset, disk: run.disk, diskOffset: run.diskOffset,
                            length: run.length))
                }
            }
            linear.append(
                Volume(
                    description: name, content: .opaque("nothing known was found in it"), runs: runs,
                    logicalName: logicalName))
        }
        return (linear, opaque)
    }

    /// Extents that no logical volume of any kind uses, one volume for each physical volume that has some.
    func unallocated() throws(FileSystemError) -> [Volume] {
        var result: [Volume] = []
        for (name, described) in group.physicalVolumes.sorted(by: { $0.key < $1.key }) {
            var runs: [Volume.Run] = []
            var next: UInt64 = 0
            for range in (group.used[name] ?? []) + [described.extents..<described.extents] {
                if range.lowerBound > next { runs += try part(name, next..<range.lowerBound).runs }
                next = max(next, range.upperBound)
            }
            guard !runs.isEmpty else { continue }
            var offset: UInt64 = 0
            for index in runs.indices {
                runs[index].volumeOffset = offset
                offset += runs[index].length
            }
            let place = physical[name]?.description ?? name
            result.append(
                Volume(
                    description: "unused extents of \(group.name) on \(place)", content: .unallocated, runs: runs))
        }
        return result
    }

    /// Extents of one physical volume.
    private func part(_ name: String, _ extents: Range<UInt64>) throws(FileSystemError) -> Volume {
        guard let described = group.physicalVolumes[name], extents.upperBound <= described.extents,
            let part = physical[name]?.slice(
                described.start + extents.lowerBound * group.extentSize..<described.start + extents.upperBound
                    * group.extentSize,
                description: name, content: .unallocated)
        else { throw FileSystemError(.damaged, "extents \(extents) leave physical volume \(name)") }
        return part
    }
}
