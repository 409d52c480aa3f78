internal import BlockDevices
internal import LinuxSystem

/// Where the restored system keeps GRUB's menu, as GRUB itself names it.
package struct GRUBPlace: Hashable, Sendable {
    /// Directory in the restored system: "/boot/grub" or "/boot/grub2".
    package var directory: String
    /// UUID of the file system that holds it, and the directory inside that file system: "/grub", "/@/boot/grub".
    package var fileSystem: String
    package var inside: String
    /// Its file system must be unlocked first (GRUB_ENABLE_CRYPTODISK).
    package var isEncrypted: Bool
    /// The disk with it, where it is on a partition.
    package var disk: Int?

    package init(directory: String, fileSystem: String, inside: String, isEncrypted: Bool = false, disk: Int? = nil) {
        self.directory = directory
        self.fileSystem = fileSystem
        self.inside = inside
        self.isEncrypted = isEncrypted
        self.disk = disk
    }

    /// nil when the system has no grub.cfg, or its file system has no UUID.
    static func find(_ system: RestoredSystem) throws(RecoveryError) -> GRUBPlace? {
        guard let directory = ["/boot/grub", "/boot/grub2"].first(where: { system.tree.contains("\($0)/grub.cfg") })
        else { return nil }
        let own = system.volumes.first { $0.mountPoint == "/boot" }
        guard let volume = own ?? system.rootVolume, let uuid = volume.superblock.uuid else { return nil }
        let below = own == nil ? directory : String(directory.dropFirst("/boot".utf8.count))
        let top = try subvolume(of: volume, own == nil ? "/" : "/boot", system.tree)
        let settings = try system.tree.looking { tree throws(SystemCallError) in try tree.text(of: "/etc/default/grub")
        }
        let isEncrypted =
            settings?.split(separator: "\n").contains { $0.hasPrefix("GRUB_ENABLE_CRYPTODISK=y") } ?? false
        return GRUBPlace(
            directory: directory, fileSystem: uuid, inside: top + below, isEncrypted: isEncrypted, disk: volume.disk)
    }

    /// GRUB sees btrfs from its top; the system sees a subvolume, which fstab names ("subvol=@").
    static func subvolume(
        of volume: RestoredSystem.Volume, _ mountPoint: String, _ tree: SystemTree
    ) throws(RecoveryError) -> String {
        guard volume.superblock.type == "btrfs" else { return "" }
        let table = try tree.looking { tree throws(SystemCallError) in try tree.text(of: "/etc/fstab") } ?? ""
        for line in table.split(separator: "\n") {
            let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard fields.count >= 4, fields[0].first != "#", fields[1] == mountPoint else { continue }
            for option in fields[3].split(separator: ",") where option.hasPrefix("subvol=") {
                let name = option.dropFirst("subvol=".utf8.count).split(separator: "/").joined(separator: "/")
                return name.isEmpty ? "" : "/\(name)"
            }
        }
        return mountedSubvolume(tree.root)
    }

    /// Without that option it is the default subvolume: mountinfo tells which one is mounted here (proc(5), fourth field).
    private static func mountedSubvolume(_ root: String) -> String {
        for line in (Files.text(of: "/proc/self/mountinfo", limit: 16 << 20) ?? "").split(separator: "\n") {
            let fields = line.split(separator: " ")
            if fields.count > 5, fields[4] == root, fields[3] != "/" { return String(fields[3]) }
        }
        return ""
    }

    /// What the loader is told to find the menu with.
    package var stub: String {
        """
        \(isEncrypted ? "cryptomount -a\n" : "")search --no-floppy --fs-uuid --set=root \(fileSystem)
        set prefix=($root)'\(inside)'
        configfile $prefix/grub.cfg

        """
    }
}
