internal import BlockDevices
internal import Inventory
internal import Repository
package import RepositoryFormat

/// Makes plans. Pure: everything it decides on is given to it.
package struct RestorePlanner {
    /// Bytes a second for the estimate: one gigabit network, one ordinary disk.
    static let assumedRate = 100.0 * 1_048_576

    package let host: String
    package let moment: Moment
    package let disks: [DiskRecord]
    package let allowsSubset: Bool
    /// What each disk was on the captured machine, and whether it has a GPT, by number.
    package var sources: [UInt32: SourceFacts]
    /// The md arrays of the captured machine.
    package var arrays: [SourceArray]
    /// The backing devices of bcache of the captured machine.
    package var caches: [SourceCache] = []
    /// Whether smaller targets are allowed: disks are fitted to them.
    package var allowsFit = false
    /// Whether disks that are mapped to the same target are combined on it.
    package var combines = false
    /// Whether a disk that is mapped to several targets is divided among them.
    package var splits = false
    /// Disks fitted to smaller targets, and combined ones by the number of the first.
    var fitted: [UInt32: FittedDisk] = [:]

    package init(
        host: String, moment: Moment, disks: [DiskRecord], allowsSubset: Bool, sources: [UInt32: SourceFacts] = [:],
        arrays: [SourceArray] = []
    ) {
        self.host = host
        self.moment = moment
        self.disks = disks
        self.allowsSubset = allowsSubset
        self.sources = sources
        self.arrays = arrays
    }

    /// The plan for a mapping without refusals; `targets` in its order. `demand` adds what must be fetched.
    package func plan(_ mapping: [DiskAssignment], targets: [TargetFacts], demand: DemandSummary) -> RestorePlan {
        var planned: [RestorePlan.Disk] = []
        for (assignment, facts) in zip(mapping, targets) {
            guard let record = record(assignment.source) else { continue }
            planned.append(disk(record, facts))
        }
        let data = planned.reduce(0.0) { $0 + Double($1.dataBytes) }
        let transfer = max(Double(demand.storedBytes), data)
        return RestorePlan(
            host: host, moment: Timestamp.text(ofNanoseconds: moment.time), label: moment.label,
            quality: moment.quality.text, disks: planned, packs: demand.packs, fetchBytes: demand.storedBytes,
            estimatedSeconds: (transfer + data) / Self.assumedRate, warnings: warnings(mapping, targets))
    }

    /// A disk of the moment, or what a target holds of one that is divided.
    func record(_ number: UInt32) -> DiskRecord? {
        disks.first { $0.number == number } ?? fitted[number]?.source
    }

    private func disk(_ source: DiskRecord, _ facts: TargetFacts) -> RestorePlan.Disk {
        let record = fitted[source.number]?.record ?? source
        let size = facts.kind == .absent ? record.sizeInBytes : facts.geometry.sizeInBytes
        let kind: RestorePlan.Target.Kind =
            switch facts.kind {
            case .device: .device
            case .absent: .newFile
            default: .file
            }
        let target = RestorePlan.Target(
            path: facts.path, kind: kind, model: facts.identity.model, serial: facts.identity.serial,
            wwn: facts.identity.wwn, sizeInBytes: size, logicalSectorSize: facts.geometry.logicalSectorSize,
            physicalSectorSize: facts.geometry.physicalSectorSize, contents: facts.contents,
            confirmation: facts.confirmation)
        return RestorePlan.Disk(
            source: planned(source), target: target, dataBytes: record.dataSectors * 512,
            zeroBytes: (record.zeroSectors + record.unusedSectors) * 512 + (size - record.sizeInBytes),
            adaptations: adaptations(record, targetSize: size), others: others(source.number),
            layout: fitted[record.number]?.partitions)
    }

    private func planned(_ source: DiskRecord) -> RestorePlan.Source {
        let number = PartNumber.disk(source.number)
        return RestorePlan.Source(
            number: number, sizeInBytes: source.sizeInBytes, logicalSectorSize: Int(source.logicalSectorSize),
            was: sources[number]?.description, isFurtherPart: number == source.number ? nil : true)
    }

    /// Disks that lie on the target of another; nil where there are none.
    private func others(_ number: UInt32) -> [RestorePlan.Source]? {
        guard let others = fitted[number]?.others, !others.isEmpty else { return nil }
        return others.map(planned)
    }

    private func adaptations(_ record: DiskRecord, targetSize: UInt64) -> [String] {
        guard targetSize > record.sizeInBytes, record.number < PartNumber.limit, sources[record.number]?.hasGPT != false
        else { return [] }
        let condition = sources[record.number]?.hasGPT == true ? "" : " if the disk has a GPT"
        return [
            "the disk is \(targetSize - record.sizeInBytes) bytes larger: the GPT's backup moves to its new end and the "
                + "protective MBR covers all of it\(condition)"
        ]
    }

    private func warnings(_ mapping: [DiskAssignment], _ targets: [TargetFacts]) -> [String] {
        var warnings: [String] = []
        let combined = mapping.map { [$0.source] + (fitted[$0.source]?.others.map(\.number) ?? []) }
        let restored = Set(combined.joined().map(PartNumber.disk))
        for disk in disks where !restored.contains(disk.number) {
            warnings.append("disk \(disk.number) (\(disk.sizeInBytes) bytes) is not restored")
        }
        warnings += arrays.compactMap { $0.warning(restoring: restored) }
        warnings += caches.compactMap { $0.warning(restoring: restored) }
        for disks in combined where disks.count > 1 {
            warnings += arrays.compactMap { $0.warning(combining: Set(disks)) }
        }
        warnings += mapping.flatMap { fitted[$0.source]?.warnings ?? [] }
        for (assignment, facts) in zip(mapping, targets) {
            guard let record = record(assignment.source) else { continue }
            let unit = sources[PartNumber.disk(record.number)]?.tableSectorSize ?? Int(record.logicalSectorSize)
            if facts.kind != .device, unit != 512 {
                warnings.append(
                    "disk \(PartNumber.disk(record.number)) has sectors of \(unit) bytes: attach \(facts.path) as a disk with such sectors "
                        + "(losetup --sector-size, QEMU's logical_block_size), or its table is not seen")
            }
            guard facts.kind == .device else { continue }
            if facts.geometry.physicalSectorSize > Int(record.physicalSectorSize) {
                warnings.append(
                    "\(facts.displayName) has physical sectors of \(facts.geometry.physicalSectorSize) bytes, disk "
                        + "\(PartNumber.disk(record.number)) had \(record.physicalSectorSize): it works, perhaps slower"
                )
            }
        }
        return warnings
    }
}

/// What a disk was on the captured machine.
package struct SourceFacts: Hashable, Sendable {
    /// "Samsung PM9A3, S5XYZ".
    package var description: String?
    /// nil when that is not known.
    package var hasGPT: Bool?
    /// Of what was captured from an image, where its table counts otherwise than its record says; nil where it does not.
    package var tableSectorSize: Int?

    package init(description: String? = nil, hasGPT: Bool? = nil, tableSectorSize: Int? = nil) {
        self.tableSectorSize = tableSectorSize
        self.description = description
        self.hasGPT = hasGPT
    }
}
