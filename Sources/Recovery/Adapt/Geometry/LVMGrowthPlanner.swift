internal import BlockDevices
internal import Progress

/// What grows inside volume groups: physical volumes up to the end of their partitions, and the logical volume that was asked
/// for, with its file system, into all that is free then.
package struct LVMGrowthPlanner {
    let system: RestoredSystem
    let growth: Growth
    /// By how many bytes partitions grow before.
    let gains: [GrowthPlace: UInt64]

    package init(system: RestoredSystem, growth: Growth, gains: [GrowthPlace: UInt64]) {
        self.system = system
        self.growth = growth
        self.gains = gains
    }

    func add(to plan: inout AdaptationPlan, _ access: LVMAccess) throws(RecoveryError) {
        guard !access.isEmpty else {
            if let wanted = growth.logicalVolume { throw refusal(wanted, "the restored disks have no volume group") }
            return
        }
        try add(to: &plan, try access.report(), place: access.place)
    }

    /// Pure. `place` says what a device of the report is.
    package func add(
        to plan: inout AdaptationPlan, _ report: LVMReport,
        place: (String) -> (place: GrowthPlace, description: String)?
    ) throws(RecoveryError) {
        var free = Dictionary(
            report.physical.map { ($0.group, $0.freeInGroup) }, uniquingKeysWith: { first, _ in first })
        for volume in report.physical {
            guard let (place, description) = place(volume.device) else { continue }
            let unused = volume.unused + (gains[place] ?? 0)
            // LVM leaves what is no whole extent, and a copy of its metadata where there is one at the end.
            guard unused >= max(Growth.worthwhile, 2 * volume.extentSize) else { continue }
            guard volume.missingInGroup == 0 else {
                plan.warnings.append(
                    "Volume group \(volume.group) lacks physical volumes that are not directly on the restored disks; "
                        + "\(description) was not grown in it.")
                continue
            }
            let more = unused / volume.extentSize * volume.extentSize
            free[volume.group, default: 0] += more
            plan.changes.append(
                AdaptationChange(
                    .growPhysicalVolume(place),
                    reason:
                        "\(description): LVM physical volume of \(volume.group): \(Quantity.bytes(volume.size)) become "
                        + "about \(Quantity.bytes(volume.size + more)) by pvresize"))
        }
        let wanted = try wantedVolume(report)
        for (group, bytes) in free.sorted(by: { $0.key < $1.key })
        where bytes >= Growth.worthwhile && wanted?.name.hasPrefix("\(group)/") != true {
            plan.warnings.append(
                "Volume group \(group) has \(Quantity.bytes(bytes)) free. --grow-volume root, --grow-volume "
                    + "\(group)/NAME, or lvextend --resizefs in the system itself gives it to a logical volume.")
        }
        if let wanted { try extend(wanted, report, free, &plan) }
    }

    private func wantedVolume(_ report: LVMReport) throws(RecoveryError) -> LVMReport.LogicalVolume? {
        guard let wanted = growth.logicalVolume else { return nil }
        var name = wanted.hasPrefix("/dev/") ? String(wanted.dropFirst(5)) : wanted
        if wanted == Growth.root {
            guard let root = system.rootVolume, let volume = report.logical.first(where: { isNamed(root, $0.name) })
            else {
                throw refusal(
                    wanted,
                    "the root is \(system.rootVolume?.description ?? "unknown"), no logical volume directly on "
                        + "the restored disks; --grow alone makes a last partition larger")
            }
            name = volume.name
        }
        guard let volume = report.logical.first(where: { $0.name == name }) else {
            let names = report.logical.filter { $0.role.hasPrefix("public") }.map(\.name).joined(separator: ", ")
            throw refusal(wanted, "there is no such logical volume; there are \(names)")
        }
        guard volume.layout == "linear", volume.role == "public" else {
            throw refusal(
                wanted, "it is \(volume.layout), \(volume.role), and only a plain linear volume is grown here")
        }
        return volume
    }

    private func extend(
        _ volume: LVMReport.LogicalVolume, _ report: LVMReport, _ free: [String: UInt64], _ plan: inout AdaptationPlan
    ) throws(RecoveryError) {
        let group = String(volume.name.prefix { $0 != "/" })
        guard let member = report.physical.first(where: { $0.group == group }), member.missingInGroup == 0 else {
            throw refusal(volume.name, "its group lacks physical volumes")
        }
        let description = "logical volume \(volume.name)"
        guard let opened = system.volumes.first(where: { isNamed($0, volume.name) }),
            let kind = GrowingFileSystem(rawValue: opened.superblock.type)
        else {
            let type =
                system.volumes.first { isNamed($0, volume.name) }?.superblock.type ?? "nothing that can be opened"
            throw refusal(volume.name, "it holds \(type), and only ext, xfs and btrfs are grown")
        }
        let reader = DiskReader(
            TargetMachine.Disk(path: opened.device, sizeInBytes: volume.size, logicalSectorSize: 512))
        guard let size = try kind.size(reader, at: 0), size <= volume.size else {
            throw refusal(volume.name, "its \(kind.rawValue) does not fit into it")
        }
        let more = (free[group] ?? 0) / member.extentSize * member.extentSize
        let extends = more >= max(Growth.worthwhile, 2 * member.extentSize)
        let room = volume.size + (extends ? more : 0)
        guard room - size >= Growth.worthwhile else { return }
        plan.changes.append(.checking(.logicalVolume(volume.name), kind, description))
        if extends {
            plan.changes.append(
                AdaptationChange(
                    .extendLogicalVolume(volume.name),
                    reason:
                        "\(description): \(Quantity.bytes(volume.size)) become about \(Quantity.bytes(room)) by lvextend, all "
                        + "that is free in \(group)"))
        }
        plan.changes.append(.growing(.logicalVolume(volume.name), kind, description, from: size, to: room))
    }

    private func isNamed(_ volume: RestoredSystem.Volume, _ name: String) -> Bool {
        volume.stableNames.contains("/dev/\(name)")
    }

    private func refusal(_ wanted: String, _ why: String) -> RecoveryError {
        RecoveryError(.refused, "Cannot grow logical volume \"\(wanted)\": \(why). Nothing was grown.")
    }
}
