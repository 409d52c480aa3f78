internal import BlockDevices
internal import Progress

/// Uses a disk that is larger than the one it was captured from: the last partition, the volume group and the file system in
/// it grow, on request only. Without one, an operator is told what lies unused.
///
/// First checks, then the table, then what lies in the partition: cut off anywhere between them, a partition is larger than
/// its file system, which is legal, and the next run goes on. Its changes need every file system closed: `Adaptation` carries
/// them out by themselves, after everything that the start needs.
package struct GeometryStep: AdaptationStep {
    package static let name = "geometry"
    package var name: String { Self.name }

    /// nil when nothing was asked for.
    package let growth: Growth?

    package init(_ growth: Growth?) { self.growth = growth }

    package func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan {
        let disks = try Self.disks(of: system.machine)
        var plan = AdaptationPlan(warnings: disks.flatMap(\.warnings))
        var gains: [GrowthPlace: UInt64] = [:]
        for disk in disks {
            guard let last = disk.last else { continue }
            if try growth == nil ? warn(last, on: disk, &plan) : grow(last, on: disk, &plan) {
                gains[last.plot.place] = last.gain
            }
        }
        if let growth {
            try LVMGrowthPlanner(system: system, growth: growth, gains: gains).add(
                to: &plan, LVMAccess(disks, system.machine))
        }
        // Every check before the first change.
        plan.changes = plan.changes.filter(\.isCheck) + plan.changes.filter { !$0.isCheck }
        return plan
    }

    /// Cheap: whether the checkers are content was asked when it grew.
    package func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof] {
        guard growth != nil else { return [] }
        var proofs: [Proof] = []
        for disk in try Self.disks(of: system.machine) {
            guard let last = disk.last, case .fileSystem(let kind) = Content(last.plot.signatures) else { continue }
            let room = UInt64(last.plot.range.count)
            let size = try kind.size(disk.reader, at: last.plot.range.lowerBound)
            proofs.append(
                Proof(
                    "the \(kind.rawValue) on \(last.plot.description) lies within its \(Quantity.bytes(room))",
                    holds: size.map { $0 <= room } ?? false,
                    detail: size.map { $0 <= room ? "" : "it says that it has \($0) bytes of \(room)" }
                        ?? "its superblock cannot be read"))
        }
        return proofs
    }

    /// Where the firmware needs an EFI system partition and none is there, room for one is kept at the end of each disk.
    private static func disks(of machine: TargetMachine) throws(RecoveryError) -> [GrowingDisk] {
        var isWanted = machine.firmware == .uefi
        for disk in machine.disks where isWanted {
            // A table that cannot be read is told of by `GrowingDisk`.
            let table = try? BootDisk(0, disk)?.table
            if table?.partitions.contains(where: { $0.purpose == .efiSystem }) == true { isWanted = false }
        }
        let reserve = isWanted ? ESPMaker.maximum + Growth.alignment : 0
        return try machine.disks.enumerated().map { number, disk throws(RecoveryError) in
            try GrowingDisk(number, disk, reserve: reserve)
        }
    }

    /// Says what could grow. Returns false: nothing grows.
    private func warn(
        _ last: GrowingDisk.Last, on disk: GrowingDisk, _ plan: inout AdaptationPlan
    ) throws(RecoveryError) -> Bool {
        let content = Content(last.plot.signatures)
        let unused = try unused(last, content, disk)
        guard unused >= Growth.worthwhile else { return false }
        let text =
            switch content {
            case .leftAlone(let why):
                "behind \(last.plot.description) are unused: \(why), which is left alone"
            default:
                "in or behind \(last.plot.description) (\(content)) are unused: --grow uses them (in the rescue menu: the "
                    + "answer grow at the plan)"
            }
        plan.warnings.append("\(Quantity.bytes(unused)) \(text).")
        return false
    }

    /// Bytes that a file system, or the partition of anything else, does not reach.
    private func unused(
        _ last: GrowingDisk.Last, _ content: Content, _ disk: GrowingDisk
    ) throws(RecoveryError) -> UInt64 {
        guard case .fileSystem(let kind) = content,
            let size = try kind.size(disk.reader, at: last.plot.range.lowerBound),
            size <= UInt64(last.plot.range.count)
        else { return last.gain }
        return UInt64(last.plot.range.count) - size + last.gain
    }

    /// Plans the partition, and the file system in it. Says whether the partition itself grows.
    private func grow(
        _ last: GrowingDisk.Last, on disk: GrowingDisk, _ plan: inout AdaptationPlan
    ) throws(RecoveryError) -> Bool {
        let plot = last.plot
        let content = Content(plot.signatures)
        let growsPartition = last.gain >= Growth.worthwhile
        switch content {
        case .leftAlone(let why):
            if growsPartition {
                plan.warnings.append(
                    "\(Quantity.bytes(last.gain)) behind \(plot.description) stay unused: \(why), which is left alone.")
            }
            return false
        case .container:
            guard growsPartition else { return false }
            plan.warnings.append(
                "\(plot.description) is a LUKS container: when it is opened next it is larger, and what is in it is not. Then "
                    + "use pvresize, resize2fs, xfs_growfs or btrfs filesystem resize in the system itself.")
        case .physicalVolume: guard growsPartition else { return false }
        case .fileSystem(let kind):
            guard let size = try kind.size(disk.reader, at: plot.range.lowerBound),
                size <= UInt64(plot.range.count)
            else {
                plan.warnings.append(
                    "\(plot.description) was not grown: its \(kind.rawValue) does not fit into it, or its superblock cannot be "
                        + "read. Check it with \(kind.checker).")
                return false
            }
            let room = UInt64(plot.range.count) + (growsPartition ? last.gain : 0)
            guard room - size >= Growth.worthwhile else { return false }
            plan.changes.append(.checking(plot.place, kind, plot.description))
            plan.changes += growsPartition ? patches(last, on: disk) : []
            plan.changes.append(.growing(plot.place, kind, plot.description, from: size, to: room))
            return growsPartition
        }
        plan.changes += patches(last, on: disk)
        return true
    }

    private func patches(_ last: GrowingDisk.Last, on disk: GrowingDisk) -> [AdaptationChange] {
        let sizes =
            "\(Quantity.bytes(UInt64(last.plot.range.count))) become "
            + Quantity.bytes(UInt64(last.plot.range.count) + last.gain)
        let texts = last.fit.map(\.reason) + last.patches.map { "\($0.reason): it grows, \(sizes)" }
        return zip(last.fit + last.patches, texts).map { patch, text in
            AdaptationChange(
                .writeDisk(disk: disk.number, offset: patch.offset, bytes: patch.bytes),
                reason: "\(disk.reader.path): \(text)")
        }
    }
}

extension AdaptationChange {
    var isCheck: Bool { if case .checkFileSystem = action { true } else { false } }

    static func checking(_ place: GrowthPlace, _ kind: GrowingFileSystem, _ name: String) -> AdaptationChange {
        AdaptationChange(
            .checkFileSystem(place, kind),
            reason: "\(name): its \(kind.rawValue) is checked by \(kind.checker) before anything grows")
    }

    static func growing(
        _ place: GrowthPlace, _ kind: GrowingFileSystem, _ name: String, from size: UInt64, to room: UInt64
    ) -> AdaptationChange {
        AdaptationChange(
            .growFileSystem(place, kind),
            reason:
                "\(name): its \(kind.rawValue) of \(Quantity.bytes(size)) becomes \(Quantity.bytes(room)) by \(kind.program), "
                + "and is checked again")
    }
}
