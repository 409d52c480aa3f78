internal import BlockDevices
internal import LinuxSystem

/// Owner of the mounted volume that a BIOS starts Windows from: the active partition of its disk, read-only, for nothing is
/// written there.
final class WindowsBootVolume {
    let place: WindowsSystem.Place
    private var mount: Mount?

    /// nil where the machine is no BIOS, or Windows' own volume is the one, or none can be looked into: then the proofs say so.
    init?(of root: Int, among volumes: [RestoredSystem.Volume], machine: TargetMachine) {
        guard machine.firmware == .bios, let number = volumes[root].disk,
            // Losing the error is right: the proof looks at the table again and tells.
            let disk = try? BootDisk(number, machine.disks[number]), disk.table.kind == .mbr,
            let active = disk.table.partitions.first(where: \.isActive),
            let index = volumes.firstIndex(where: { $0.disk == number && $0.partition == active.number }),
            index != root, volumes[index].superblock.type == "ntfs",
            // As above: bootmgr is not found, and that is said.
            let directory = try? WorkDirectory.path("boot"),
            (try? Files.makeDirectories(directory, mode: 0o700)) != nil
        else { return nil }
        // As above.
        guard let mounted = try? FileSystemMount.mountNTFS(volumes[index], at: directory, isReadOnly: true) else {
            // Empty; nothing more can be done about it.
            _ = try? Files.removeDirectory(directory)
            return nil
        }
        mount = mounted
        place = WindowsSystem.Place(volume: index, tree: SystemTree(root: directory))
    }

    deinit {
        mount = nil
        // Empty by now; it goes with the machine's run time otherwise.
        _ = try? Files.removeDirectory(place.tree.root)
    }
}
