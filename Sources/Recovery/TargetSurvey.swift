internal import BlockDevices
internal import Inventory
internal import LinuxSystem
internal import Repository
internal import RepositoryFormat

/// Looks at the paths that a restore shall write to. Opens nothing for writing, changes nothing.
struct TargetSurvey {
    /// Local directory of the repository without links; nil when it is read over the network.
    let repository: String?
    /// Disks of this machine, for telling them apart.
    let present: [PresentDisk]
    /// Numbers of the devices that hold the repository.
    private let repositoryDisks: Set<DeviceNumber>

    /// `location` is that of the repository that is read.
    init(repositoryAt location: String) {
        let isRemote = location.hasPrefix("http://") || location.hasPrefix("https://")
        // A directory that cannot be resolved cannot be read either; reading it reports why.
        repository = isRemote ? nil : try? Files.realPath(location)
        // A device that cannot be found out is one that sysfs does not show: then no target can be it.
        repositoryDisks = Set(repository.flatMap { try? DiskUse.backingDisks(ofPath: $0) }?.map(\.number) ?? [])
        present = DiskInventory.present(includingLoopDevices: true)
    }

    func look(at path: String) -> TargetFacts {
        do {
            guard let status = try Files.status(path) else { return absent(path) }
            switch status.kind {
            case .blockDevice:
                guard let node = BlockNode(status.representedDevice) else {
                    return unusable(path, "the kernel has no such device")
                }
                return device(path, node)
            case .regularFile: return file(path, status)
            case .directory: return unusable(path, "it is a directory")
            default: return unusable(path, "it is neither a block device nor a regular file")
            }
        } catch { return unusable(path, "it cannot be looked at (\(error.reason))") }
    }

    private func unusable(_ path: String, _ why: String) -> TargetFacts {
        TargetFacts(
            path: path, kind: .unusable(why), overlaps: [], geometry: DiskGeometry(sizeInBytes: 0),
            identity: TargetIdentity(kind: .file, sizeInBytes: 0, path: path))
    }

    private func absent(_ path: String) -> TargetFacts {
        let folder = Files.parent(of: path)
        // A folder that is not there is the answer, not a failure.
        guard !path.isEmpty, !path.hasSuffix("/"), let real = try? Files.realPath(folder) else {
            return unusable(path, "there is no such device, and no directory \(folder) to make an image file in")
        }
        guard real != "/dev", !real.hasPrefix("/dev/") || real.hasPrefix("/dev/shm") else {
            return unusable(path, "there is no such device")
        }
        let final = "\(real == "/" ? "" : real)/\(Files.lastComponent(of: path))"
        var facts = TargetFacts(
            path: path, kind: .absent, overlaps: ["path:\(final)"], geometry: DiskGeometry(sizeInBytes: 0),
            identity: TargetIdentity(kind: .file, sizeInBytes: 0, path: path))
        facts.isInsideRepository = isInside(final)
        facts.roomInBytes = room(in: real)
        describe(&facts)
        return facts
    }

    private func file(_ path: String, _ status: FileStatus) -> TargetFacts {
        var facts = TargetFacts(
            path: path, kind: .file, overlaps: [Self.name(of: status)],
            geometry: DiskGeometry(sizeInBytes: status.sizeInBytes),
            identity: TargetIdentity(kind: .file, sizeInBytes: status.sizeInBytes, path: path))
        facts.isInsideRepository = isRepositoryFile(path, status)
        facts.roomInBytes = room(in: path).map { $0 + status.allocatedBytes }
        facts.use = DiskUse.settled { DiskUse.of(path) }
        describe(&facts)
        return facts
    }

    private func device(_ path: String, _ node: BlockNode) -> TargetFacts {
        let known = present.first { $0.allPaths.contains(node.wholeDisk.path) }
        let identity = DiskIdentity(of: node)
        let logical = node.wholeDisk.attribute("queue/logical_block_size").flatMap { Int($0) } ?? 512
        let physical = node.wholeDisk.attribute("queue/physical_block_size").flatMap { Int($0) } ?? logical
        var facts = TargetFacts(
            path: path, kind: .device, overlaps: Set(([node] + node.partitions).map { "device:\($0.number)" }),
            geometry: DiskGeometry(
                sizeInBytes: node.sizeInBytes, logicalSectorSize: logical, physicalSectorSize: physical),
            identity: TargetIdentity(
                kind: .device, serial: identity.serial, wwn: identity.wwn, model: identity.model,
                sizeInBytes: node.sizeInBytes, path: node.path))
        // A backing file that was removed or cannot be looked at has no name that another target could share.
        if let backing = node.wholeDisk.attribute("loop/backing_file"), let status = try? Files.status(backing) {
            facts.overlaps.insert(Self.name(of: status))
            facts.isInsideRepository = isRepositoryFile(backing, status)
        }
        // A disk that is reached several ways is one target, whichever way it is named.
        let others = known?.others(of: node) ?? []
        facts.overlaps.formUnion(others.map { "device:\($0.number)" })
        facts.use = others.map { DiskUse.of($0) }.first { !$0.isFree } ?? DiskUse.settled { DiskUse.of(node) }
        facts.isWriteProtected = (known?.path == node.path ? known?.isReadOnly : nil) ?? (node.attribute("ro") == "1")
        facts.holdsRepository = repositoryDisks.contains(node.wholeDisk.number)
        facts.isRescueMedium = known?.roles.contains(.rescueMedium) == true
        describe(&facts)
        return facts
    }

    private func describe(_ facts: inout TargetFacts) {
        facts.confirmation = facts.identity.confirmationHint(among: rivals(of: facts))
        guard facts.kind != .absent else { return }
        // What cannot be read now is said so; opening it for writing reports the reason.
        let found = try? Probe(facts.path).contents().summary
        switch found {
        case nil: facts.contents = "what is on it, which cannot be read"
        case "empty": facts.contents = "what is on it; no partition table or file system was found"
        case let summary?: facts.contents = summary
        }
        guard let note = RestoreNote.read(at: facts.path) else { return }
        facts.interrupted = note
        facts.contents =
            "an interrupted restore of \(note.host) as of \(Timestamp.text(ofNanoseconds: note.time)), \(note.percent) %"
    }

    /// The disks that a confirmation must not fit as well: all but the target itself and the disk it is part of.
    func rivals(of facts: TargetFacts) -> [TargetIdentity] {
        let own = BlockNode(path: facts.path)?.wholeDisk.path
        return present.filter { own.map($0.allPaths.contains) != true }.map(\.target)
    }

    /// What a file system does not tell cannot be checked before; writing reports it.
    private func room(in path: String) -> UInt64? { (try? VolumeSpace(of: path))?.availableBytes }

    private static func name(of status: FileStatus) -> String { "file:\(status.device):\(status.inode)" }

    private func isInside(_ path: String) -> Bool {
        guard let repository else { return false }
        return path == repository || path.hasPrefix(repository == "/" ? "/" : repository + "/")
    }

    /// By its path, or as another name of one of the repository's files (hard link).
    private func isRepositoryFile(_ path: String, _ status: FileStatus) -> Bool {
        guard let repository else { return false }
        // A path that just vanished is not in the repository.
        if let real = try? Files.realPath(path), isInside(real) { return true }
        guard (try? Files.status(repository))?.device == status.device else { return false }
        // A folder that cannot be listed cannot be read either; reading it reports why.
        let names = (try? Files.filesBelow(repository)) ?? []
        return names.contains { name in
            // A file that was removed meanwhile is no other name of anything.
            guard let other = try? Files.status("\(repository)/\(name)") else { return false }
            return other.isSameFile(as: status)
        }
    }
}
