internal import BlockDevices
internal import Inventory

/// What a name meant on the machine that was captured, with how that is known.
enum DeviceMeaning: Hashable {
    case volume(RestoredSystem.Volume, why: String)
    /// Something stacked that is not open here: a LUKS container.
    case container(uuid: String, why: String)
    /// A partition without content of its own, as swap with a random key is.
    case partition(uuid: String, why: String)
    case nothing(String)
}

extension DeviceResolver {
    /// `type` is what the configuration expects there: a file system, "crypto_LUKS", "" for a partition whatever is in it.
    func meaning(of name: KernelDiskName, type: String?) -> DeviceMeaning {
        let spelled = name.partition.map { KernelDiskName.partition($0, of: name.disk) } ?? name.disk
        if let source {
            if let disk = source.disks.first(where: { $0.path == name.disk }) {
                return content(
                    of: disk, partition: name.partition, type: type, why: "which \(spelled) was on \(source.hostName)")
            }
            // Some disks have kernel names: then this name was none of them, and counting letters would be a guess.
            if source.disks.contains(where: { KernelDiskName($0.path) != nil }) {
                return .nothing("\(source.hostName) had no disk \(name.disk) among those that were captured")
            }
        }
        guard families.subtracting([name.family]).isEmpty else {
            let all = families.map(\.rawValue).sorted().joined(separator: ", ")
            return .nothing("names of several kinds are in use (\(all)), so that letters do not count disks")
        }
        let why = "as \(name.disk) was disk \(name.index) by its letter"
        if let source {
            guard let disk = source.disks.first(where: { $0.number == name.index }) else {
                return .nothing("\(source.hostName) has no disk \(name.index)")
            }
            return content(of: disk, partition: name.partition, type: type, why: why)
        }
        let hits = volumes.filter { $0.disk == name.index && $0.partition == name.partition }
        guard let hit = hits.first, hits.count == 1 else {
            return .nothing("there is no file system in partition \(name.partition ?? 0) of disk \(name.index)")
        }
        return plausible(hit, type, why: why)
    }

    /// A name in /dev/disk/by-id is known from the description; one in by-path only where there is just one disk.
    func meaning(ofHardware name: String, partition: Int?, type: String?) -> DeviceMeaning {
        guard let source else { return .nothing("nothing tells which disk \(name) was") }
        let link = name.split(separator: "/").last.map(String.init) ?? name
        let disks = source.disks.filter {
            $0.path == name || $0.identity.stableNames.contains { $0 == link || $0 == name }
        }
        if let disk = disks.first {
            return content(of: disk, partition: partition, type: type, why: "which it was on \(source.hostName)")
        }
        guard source.disks.count == 1, let disk = source.disks.first else {
            return .nothing("nothing tells which of \(source.disks.count) disks \(name) was")
        }
        return content(of: disk, partition: partition, type: type, why: "on the only disk of \(source.hostName)")
    }

    /// A PARTUUID that nothing on the restored disks has, because its partition went into another table.
    func meaning(ofPartitionUUID uuid: String, type: String?) -> DeviceMeaning {
        for disk in source?.disks ?? [] {
            for partition in disk.partitions where partition.uuid?.lowercased() == uuid.lowercased() {
                return content(
                    of: disk, partition: partition.number, type: type, why: "which it was on disk \(disk.number)")
            }
        }
        return .nothing("nothing tells which partition \(uuid) was")
    }

    private func content(of disk: DiskDescription, partition: Int?, type: String?, why: String) -> DeviceMeaning {
        let captured = disk.partitions.first { $0.number == partition }
        if type == "" {
            guard isComplete else { return .nothing("not all disks were restored, and that one may be missing") }
            guard let uuid = captured?.uuid, !uuid.isEmpty else { return .nothing("that partition has no PARTUUID") }
            return .partition(uuid: uuid, why: why)
        }
        let signatures = partition == nil ? disk.signatures : captured?.signatures ?? []
        guard let signature = signatures.first else {
            let place = partition.map { "partition \($0) of disk \(disk.number)" } ?? "disk \(disk.number)"
            return .nothing("\(place) had no file system when it was captured")
        }
        guard signatures.count == 1 else { return .nothing("several superblocks contradict each other there") }
        guard let uuid = signature.uuid else { return .nothing("its \(signature.type) has no UUID") }
        let hits = volumes.filter { $0.superblock.uuid == uuid }
        // Of twins (a disk and its clone) the one in the same place.
        if let hit = hits.first(where: { $0.partition == partition && $0.disk == disk.number }) ?? hits.first {
            return plausible(hit, type, why: why)
        }
        if type == "crypto_LUKS", isComplete, signature.type == "crypto_LUKS" {
            return .container(uuid: uuid, why: why)
        }
        return .nothing("its \(signature.type) \(uuid) is on none of the restored disks")
    }

    private func plausible(_ volume: RestoredSystem.Volume, _ type: String?, why: String) -> DeviceMeaning {
        guard Self.isType(volume.superblock.type, expected: type) else {
            return .nothing("\(Self.words(volume)) would have that place, but \(type ?? "") is expected there")
        }
        return .volume(volume, why: why)
    }

    /// Whether a superblock of type `found` can be mounted as what a line of fstab says.
    static func isType(_ found: String, expected: String?) -> Bool {
        guard let expected, !expected.isEmpty, expected != "auto" else { return true }
        func family(_ type: String) -> String {
            switch type {
            case "ext2", "ext3", "ext4": "ext"
            case "vfat", "msdos", "fat": "fat"
            case "ntfs", "ntfs3", "ntfs-3g": "ntfs"
            default: type
            }
        }
        return expected.split(separator: ",").contains { family(String($0)) == family(found) }
    }
}
