internal import BlockDevices
internal import Inventory
internal import RepositoryFormat

extension RestorePlanner {
    /// Everything that speaks against a mapping, the gravest first; empty when it may go on to the pre-flight.
    package func refusals(_ mapping: [DiskAssignment], targets: [TargetFacts]) -> [Refusal] {
        var refusals = mappingRefusals(mapping)
        refusals += sharedTargets(mapping, targets)
        for (assignment, facts) in zip(mapping, targets) {
            guard let record = record(assignment.source) else { continue }
            let isShared =
                combines && mapping.filter { $0.target == assignment.target }.count > 1
                || splits && mapping.filter { $0.source == assignment.source }.count > 1
            if let refusal = refusal(record, facts, isShared: isShared) { refusals.append(refusal) }
        }
        return refusals
    }

    private func mappingRefusals(_ mapping: [DiskAssignment]) -> [Refusal] {
        let known = disks.map { "\($0.number)" }.joined(separator: ", ")
        var refusals: [Refusal] = []
        if mapping.isEmpty {
            refusals.append(
                Refusal(
                    .diskNotMapped,
                    "Cannot restore \(host): no disk was named. Nothing was written. "
                        + "This moment has the disks \(known); map them with --disk NUMBER=TARGET."))
        }
        for assignment in mapping where record(assignment.source) == nil {
            refusals.append(
                Refusal(
                    .unknownDisk,
                    "Cannot restore disk \(assignment.source) of \(host): this moment has the disks \(known). "
                        + "Nothing was written. Name one of these."))
        }
        for (index, assignment) in mapping.enumerated()
        where mapping[..<index].contains(where: {
            $0.source == assignment.source && (!splits || $0.target == assignment.target)
        }) {
            refusals.append(
                Refusal(
                    .sameSourceTwice,
                    "Cannot restore disk \(assignment.source) of \(host) to two targets at once. Nothing was written. "
                        + "Restore it once, then again to the other target; or --split to divide it among both (in the rescue menu: "
                        + "split 0=1 0=2)."))
        }
        if !allowsSubset {
            for disk in disks where !mapping.contains(where: { $0.source == disk.number }) {
                refusals.append(
                    Refusal(
                        .diskNotMapped,
                        "Cannot restore \(host): disk \(disk.number) (\(disk.sizeInBytes) bytes) has no target. "
                            + "Nothing was written. Choose a target for it."))
            }
        }
        return refusals
    }

    private func sharedTargets(_ mapping: [DiskAssignment], _ targets: [TargetFacts]) -> [Refusal] {
        var refusals: [Refusal] = []
        for (later, second) in targets.enumerated() {
            for (earlier, first) in targets[..<later].enumerated()
            where !first.overlaps.isDisjoint(with: second.overlaps)
                && !(combines && mapping[earlier].target == mapping[later].target)
            {
                refusals.append(
                    Refusal(
                        .sameTargetTwice,
                        "Cannot restore disk \(mapping[later].source) of \(host) to \(second.displayName): it is the "
                            + "same as \(first.path), the target of disk \(mapping[earlier].source). "
                            + "Nothing was written. Choose a target of its own for each disk, or --combine to put them behind one "
                            + "another on one that is named the same way for each (in the rescue menu: combine 0=1 1=1)."
                    ))
            }
        }
        return refusals
    }

    private func refusal(_ record: DiskRecord, _ facts: TargetFacts, isShared: Bool) -> Refusal? {
        let cannot = "Cannot restore to \(facts.displayName)"
        let nothing = "Nothing was written."
        if case .unusable(let why) = facts.kind {
            return Refusal(.notADisk, "\(cannot): \(why). \(nothing) Name a block device or an image file.")
        }
        if facts.isInsideRepository {
            return Refusal(
                .targetIsSource,
                "\(cannot): it belongs to the repository that is read. \(nothing) Choose a target outside it.")
        }
        if let room = facts.roomInBytes, room < record.dataSectors * 512 {
            return Refusal(
                .noRoom,
                "\(cannot): its file system has room for \(room) bytes and disk \(record.number) of \(host) has "
                    + "\(record.dataSectors * 512) bytes of data. \(nothing) Free room there, or choose another place.")
        }
        if facts.kind == .absent { return nil }
        if facts.holdsRepository {
            return Refusal(
                .targetHoldsRepository, "\(cannot): it holds the repository. \(nothing) Choose another disk.")
        }
        if facts.isRescueMedium {
            return Refusal(
                .targetIsRescueMedium, "\(cannot): it is a Lifeboat rescue medium. \(nothing) Choose another disk.")
        }
        if !facts.use.isFree {
            return Refusal(
                .targetInUse, "\(cannot): it is in use (\(facts.use)). \(nothing) Release it, or choose another disk.")
        }
        if facts.isWriteProtected {
            return Refusal(
                .writeProtected, "\(cannot): it is write-protected. \(nothing) Unlock it, or choose another disk.")
        }
        let size = facts.geometry.sizeInBytes
        if size < record.sizeInBytes, !allowsFit, !isShared {
            return Refusal(
                .targetTooSmall,
                "\(cannot): it holds \(size) bytes and disk \(record.number) of \(host) needs \(record.sizeInBytes). "
                    + "\(nothing) Choose a larger disk, or --fit to move and shrink the partitions where what is used "
                    + "(\(record.dataSectors * 512) bytes of data) fits (in the rescue menu: fit before 0=1).")
        }
        // An image file has no sector size of its own.
        return facts.kind == .device ? sectorRefusal(record, facts, cannot) : nil
    }

    /// Tables, boot loaders and some file systems count in logical sectors. Larger physical sectors (512e) are a matter of speed.
    private func sectorRefusal(_ record: DiskRecord, _ facts: TargetFacts, _ cannot: String) -> Refusal? {
        let unit = facts.geometry.logicalSectorSize
        let source = sources[record.number]?.tableSectorSize ?? Int(record.logicalSectorSize)
        let disk = "disk \(record.number) of \(host)"
        let had =
            source == Int(record.logicalSectorSize)
            ? "those of \(disk) had \(source)"
            : "the partition table of \(disk), an image, counts in blocks of \(source)"
        if unit != source {
            return Refusal(
                .sectorSizes,
                "\(cannot): its logical sectors have \(unit) bytes and \(had); this cannot be handled yet. "
                    + "Nothing was written. Choose a disk with sectors of \(source) bytes, or set this one to them, if it can "
                    + "(NVMe: nvme format --lbaf, which erases it).")
        }
        guard record.sizeInBytes % UInt64(unit) == 0 else {
            return Refusal(
                .sectorSizes,
                "\(cannot): \(disk) has \(record.sizeInBytes) bytes, which is no multiple of its sectors of \(unit) bytes. "
                    + "Nothing was written. Choose a disk with sectors of 512 bytes.")
        }
        return nil
    }
}
