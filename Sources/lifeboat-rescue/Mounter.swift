import Glibc
import LinuxSystem
import RescueConsole

/// Mounts a repository's place (`mount(2)`). One at a time: what was mounted there before is taken off first.
enum Mounter {
    /// libblkid's names, and the kernel's where it differs.
    private static let kernelNames = [
        "ext2": "ext4", "ext3": "ext4", "ext4": "ext4", "xfs": "xfs", "btrfs": "btrfs", "vfat": "vfat",
        "exfat": "exfat", "ntfs": "ntfs3",
    ]

    static func canMount(_ kind: String) -> Bool { kernelNames[kind] != nil }

    /// Read-only means that nothing is written, not even a journal's replay.
    static func mount(_ system: LocalFileSystem, at directory: String, writable: Bool) throws {
        let kind = kernelNames[system.kind] ?? system.kind
        let options =
            switch (writable, kind) {
            case (false, "ext4"): "noload"
            case (false, "xfs"): "norecovery"
            default: ""
            }
        try prepare(directory)
        try mount(system.path, at: directory, kind: kind, writable: writable, options: options)
    }

    /// "server:/export", by the image's own program, which finds the address and tries the versions.
    static func mount(export: String, at directory: String, writable: Bool) throws {
        try prepare(directory)
        let options = "nosuid,nodev,noexec" + (writable ? "" : ",ro")
        let result = try ChildProcess.run(["lifeboat-mount-nfs", export, directory, options])
        guard result.status.isSuccess else {
            throw MountProblem(description: result.errorText.isEmpty ? "Cannot mount \(export)." : result.errorText)
        }
    }

    /// Everything to the medium, then the file system off. Throws when it is not certain that everything arrived.
    static func unmount(_ directory: String) throws {
        try Files.synchronizeFileSystem(of: directory)
        guard umount2(directory, 0) == 0 else {
            let why = SystemCallError(call: "umount", number: errno, path: directory).reason
            throw MountProblem(
                description: "\(directory) cannot be unmounted: \(why). What was written is on the medium.")
        }
    }

    private static func prepare(_ directory: String) throws {
        try Files.makeDirectories(directory)
        // Nothing mounted there is what is wanted; something busy makes the mount below cover it.
        while umount2(directory, 0) == 0 {}
    }

    private static func mount(
        _ source: String, at directory: String, kind: String, writable: Bool, options: String
    ) throws {
        // Bits of mount(2); the kernel's names are an enum that Swift sees with another type on each architecture.
        let readOnly: UInt = 1
        let noSetUserID: UInt = 2
        let noDevices: UInt = 4
        let noPrograms: UInt = 8
        let flags = noSetUserID | noDevices | noPrograms | (writable ? 0 : readOnly)
        guard Glibc.mount(source, directory, kind, flags, options) == 0 else {
            let why = SystemCallError(call: "mount", number: errno, path: source).reason
            throw MountProblem(description: "Cannot mount \(source) (\(kind)) at \(directory): \(why).")
        }
    }
}

/// Why a place could not be mounted.
struct MountProblem: Error, CustomStringConvertible {
    let description: String
}
