internal import BlockDevices

/// Whether the files and devices that guests lie in are in a restored system.
struct GuestStorage {
    private let system: RestoredSystem
    private let resolver: DeviceResolver
    /// Where file systems are mounted that were not mounted here: what is below them is not judged.
    private let unmounted: [String]

    init(_ system: RestoredSystem) {
        self.system = system
        resolver = ConfigurationStep.resolver(of: system)
        // A table that cannot be read is the configuration step's to report.
        let table = ((try? system.tree.text(of: "/etc/fstab")) ?? nil) ?? ""
        unmounted = table.split(separator: "\n").compactMap { FstabLine(String($0))?.mountPoint }.filter {
            $0.hasPrefix("/") && $0 != "/" && !MountedRest.needed.contains($0)
        }
    }

    func warnings(_ survey: HypervisorSurvey) -> [String] {
        var warnings: [String] = []
        let known = Set(survey.pools.map(\.name))
        for guest in survey.guests {
            for place in guest.places {
                guard let objection = objection(to: place.path, guest.manager) else { continue }
                warnings.append(
                    "\(guest.words): its \(place.role), \(place.path), \(objection) Mend it with \(guest.edit).")
            }
            for pool in guest.pools.sorted() where !known.contains(pool) {
                warnings.append(
                    "\(guest.words): its disks are in the storage \(pool), which is not defined. Define it, or mend the guest with "
                        + "\(guest.edit).")
            }
        }
        for pool in survey.pools {
            let users = survey.guests.filter { $0.manager == pool.manager && $0.pools.contains(pool.name) }.map(\.name)
            let use = users.isEmpty ? "" : " Guests in it: \(GuestHardware.list(users))."
            for path in pool.places {
                guard let objection = objection(to: path, pool.manager) else { continue }
                warnings.append("Storage \(pool.name) (\(pool.definition)): \(path) \(objection)\(use)")
            }
            if let group = pool.group, isGroupMissing(group) {
                warnings.append(
                    "Storage \(pool.name) (\(pool.definition)): no volume of group \(group) with anything in it was found "
                        + "on the restored disks. Restore the disks it lies on too; \"vgs\" in the started system shows it.\(use)"
                )
            }
        }
        return warnings
    }

    /// Why a path is no good, and what it means: the end of a sentence that begins with it. nil when it is there, or cannot be
    /// judged from here.
    private func objection(to path: String, _ manager: Guest.Manager) -> String? {
        guard path.hasPrefix("/") else { return nil }
        guard path.hasPrefix("/dev/") else {
            guard !system.tree.contains(path), !unmounted.contains(where: { path == $0 || path.hasPrefix("\($0)/") })
            else {
                return nil
            }
            return
                "is not in the restored system (pools of ZFS and file systems that fstab does not mount were not looked at)."
        }
        switch resolver.decide(path, type: "", byPartition: true) {
        case .keep: return nil
        case .replace(let new, let why):
            // Of libvirt it is changed; in Proxmox's database nothing is.
            guard manager == .proxmox || system.source == nil, let link = Self.link(new) else { return nil }
            return "names a disk of the machine that was captured; it should be \(link), \(why)."
        case .unresolved(let why):
            if Self.isWholeDisk(path) {
                return "names a disk of the machine that was captured, and may be missing or another one here. \"ls -l "
                    + "/dev/disk/by-id\" in the started system shows the names of this machine's."
            }
            switch DeviceReference(path) {
            case .stacked where isOpen(path): return nil
            // A partition that holds a guest's disk has no file system of its own: only the description knows it.
            case .tag(.partitionUUID, _) where !resolver.isComplete: return nil
            case .tag(.partitionLabel, _) where !resolver.isComplete: return nil
            default: break
            }
            return "is not on the restored disks: \(why)."
        }
    }

    /// A volume that is divided into partitions is no file system itself, and one that is empty cannot be seen from here.
    private func isOpen(_ path: String) -> Bool {
        let names = system.volumes.flatMap(\.stableNames)
        let parts = path.split(separator: "/")
        let group = parts.count == 3 && parts[1] != "mapper" && parts[1] != "md" ? "/dev/\(parts[1])/" : nil
        return names.contains { name in
            name == path || name.hasPrefix("\(path)p")
                || group.map { name.hasPrefix($0) } ?? path.hasPrefix("/dev/mapper/")
        }
    }

    private func isGroupMissing(_ group: String) -> Bool {
        let isLocked = system.volumes.contains { $0.superblock.usage == .crypto }
        return !isLocked && !system.volumes.contains { $0.stableNames.contains { $0.hasPrefix("/dev/\(group)/") } }
    }

    // MARK: Names of the old machine

    /// Names each partition by PARTUUID that is named by a disk of the old machine and is certain.
    func edit(_ text: inout EditedText) {
        guard system.source != nil else { return }
        for index in text.lines.indices {
            for quote in ["'", "\""] {
                for part in text.lines[index].split(separator: quote).map(String.init) where part.hasPrefix("/dev/") {
                    guard DeviceReference(part).isUnstable,
                        case .replace(let new, let why) = resolver.decide(part, type: "", byPartition: true),
                        let link = Self.link(new)
                    else { continue }
                    let line = text.lines[index].replacing("\(quote)\(part)\(quote)", with: "\(quote)\(link)\(quote)")
                    text.replace(line: index, with: line, because: why)
                }
            }
        }
    }

    /// "PARTUUID=x" → "/dev/disk/by-partuuid/x".
    private static func link(_ tag: String) -> String? {
        guard let (key, value) = tag.cut(at: "=") else { return nil }
        return "/dev/disk/by-\(key.lowercased())/\(value.lowercased())"
    }

    private static func isWholeDisk(_ path: String) -> Bool {
        switch DeviceReference(path) {
        case .hardware(_, let partition): partition == nil
        case .kernelName(let name): name.partition == nil
        default: false
        }
    }

    /// Where a partition leads that a guest has for itself; nil for everything that is no partition, or not certain.
    func proof(_ place: Guest.Place, of guest: Guest) -> Proof? {
        let statement = "guest \(guest.name): \(place.role) is a partition of the restored disks"
        let reference = DeviceReference(place.path)
        if case .tag(.partitionUUID, _) = reference, case .found(let where_) = resolver.find(place.path) {
            return Proof("\(statement) (\(where_))", holds: true)
        }
        guard guest.manager == .libvirt, system.source != nil, reference.isUnstable,
            case .replace(let new, let why) = resolver.decide(place.path, type: "", byPartition: true)
        else { return nil }
        return Proof(statement, holds: false, detail: "it is named \(place.path) and should be \(new), \(why)")
    }
}
