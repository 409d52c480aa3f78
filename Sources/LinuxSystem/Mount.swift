internal import CLinuxShim
internal import Glibc

/// Owner of one mounted file system (`mount(2)`). A class, because several are held in one list; unmounted with its owner.
package final class Mount: Sendable {
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt
        package init(rawValue: UInt) { self.rawValue = rawValue }

        // Bits of mount(2); the kernel's names are an enum that Swift sees with another type on each architecture.
        package static let readOnly = Flags(rawValue: 1)
        package static let noSetUserID = Flags(rawValue: 2)
        package static let noDevices = Flags(rawValue: 4)
        package static let noPrograms = Flags(rawValue: 8)
        /// Shows a directory in another place as well.
        package static let bind = Flags(rawValue: 4_096)
        package static let recursive = Flags(rawValue: 16_384)
    }

    package let directory: String

    /// Mounts `source` at `directory`, which must be there.
    package init(
        _ source: String, at directory: String, kind: String, flags: Flags = [], options: String = ""
    ) throws(SystemCallError) {
        _ = try kernel("mount", source) { answer(Glibc.mount(source, directory, kind, flags.rawValue, options)) }
        self.directory = directory
    }

    /// Takes over what a program has mounted at `directory`: a file system in user space, which ends when it is unmounted.
    package init(adopting directory: String) { self.directory = directory }

    deinit {
        // Everything was made durable before (`synchronizeFileSystem`); busy, it is detached and goes with its last user.
        let lazily: Int32 = 2
        if umount2(directory, 0) != 0 { umount2(directory, lazily) }
    }
}

extension Files {
    /// Announces a member of a btrfs of several devices to the kernel.
    package static func announceBtrfs(_ device: String) throws(SystemCallError) {
        _ = try kernel("BTRFS_IOC_SCAN_DEV", device) { linux_btrfs_announce(device) }
    }
}
