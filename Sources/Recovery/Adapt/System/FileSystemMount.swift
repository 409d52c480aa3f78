internal import BlockDevices
internal import LinuxSystem

/// Mounting one volume of a restored system: as data, not to be run from.
enum FileSystemMount {
    /// libblkid's names, and the kernel's where it differs.
    private static let kernelNames = [
        "ext2": "ext4", "ext3": "ext4", "ext4": "ext4", "xfs": "xfs", "btrfs": "btrfs", "vfat": "vfat", "f2fs": "f2fs",
    ]

    static func canMount(_ type: String) -> Bool { kernelNames[type] != nil }
    /// FAT has no links and no permissions.
    static func canHoldRoot(_ type: String) -> Bool { canMount(type) && type != "vfat" }

    /// Read-only means that nothing is written, not even a journal's replay.
    static func mount(
        _ volume: RestoredSystem.Volume, at directory: String, isReadOnly: Bool, options: [String] = []
    ) throws(SystemCallError) -> Mount {
        let type = volume.superblock.type
        let kind = kernelNames[type] ?? type
        var options = options
        switch (isReadOnly, kind) {
        case (true, "ext4"): options.append("noload")
        case (true, "xfs"): options.append("norecovery")
        default: break
        }
        // Another file system with this UUID may be mounted: the captured original, on the machine that tries out a restore.
        if kind == "xfs" { options.append("nouuid") }
        var flags: Mount.Flags = [.noSetUserID, .noDevices, .noPrograms]
        if isReadOnly { flags.insert(.readOnly) }
        return try Mount(
            volume.device, at: directory, kind: kind, flags: flags, options: options.joined(separator: ","))
    }

    /// NTFS by ntfs-3g, which the build machine and the rescue image have alike. Not the kernel's ntfs3: no test here could run
    /// it. Never replays or empties a journal (`norecover`): Windows does that better. `isReadOnly` writes nothing at all.
    static func mountNTFS(
        _ volume: RestoredSystem.Volume, at directory: String, isReadOnly: Bool
    ) throws(SystemCallError) -> Mount? {
        // Built in, not there, or loaded now: ntfs-3g tells.
        if !Files.exists("/dev/fuse") { _ = try? ChildProcess.run(["modprobe", "-q", "fuse"]) }
        let options = (isReadOnly ? "ro" : "rw") + ",norecover,noatime,nosuid,nodev,noexec"
        let result = try ChildProcess.run(
            ["ntfs-3g", "-o", options, volume.device, directory], environment: ["LC_ALL": "C.UTF-8", "PATH": toolPath])
        return result.status.isSuccess ? Mount(adopting: directory) : nil
    }

    private static let toolPath = "/usr/sbin:/usr/bin:/sbin:/bin"
}
