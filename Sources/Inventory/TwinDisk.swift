/// Another disk of this machine that a restored system may take for one of its own: the old disk that is still plugged in, or
/// a clone. Pure.
package struct TwinDisk: Hashable, Sendable {
    /// "/dev/sdb (Samsung PM9A3, S5XYZ)".
    package var name: String
    /// "/dev/sdb".
    package var path: String
    /// What it shares with the restored disks, as it has it.
    package var shared: [DiskMark]

    /// A longer list says nothing more.
    private static let listed = 6

    /// nil when it shares nothing with what was, or will be, restored.
    package init?(name: String, path: String, marks: [DiskMark], restored: [DiskMark]) {
        let shared = marks.filter { mark in restored.contains { $0.isSame(as: mark) } }
        guard !shared.isEmpty else { return nil }
        self.name = name
        self.path = path
        self.shared = shared
    }

    /// For plan and report.
    package var warning: String {
        let more = shared.count > Self.listed ? ", and \(shared.count - Self.listed) more" : ""
        return
            "\(name) has what the restored disks have too: \(shared.prefix(Self.listed).map(\.text).joined(separator: ", "))\(more). "
            + "The restored system may start from \(path), or write to it, instead of its own disks. Unplug \(path) before the first "
            + "start; or, if it has to stay, give what is on it other identities: \(remedies.joined(separator: "; "))."
    }

    /// One for each kind, in the order in which they have to be done: what lies inside first.
    private var remedies: [String] {
        var found: [String] = []
        for mark in shared.reversed() {
            let place = mark.partition.map { "partition \($0)" } ?? path
            let remedy: String
            switch mark.kind {
            case .table("gpt"), .partition:
                remedy = isGPT ? "sgdisk --randomize-guids \(path)" : "sfdisk --disk-id \(path) 0xNEW"
            case .table: remedy = "sfdisk --disk-id \(path) 0xNEW"
            case .fileSystem(let type): remedy = "\(Self.command(for: type)) (\(place))"
            case .container: remedy = "cryptsetup luksUUID --uuid NEW (\(place))"
            case .physicalVolume: remedy = "vgimportclone --basevgname NEW (\(place))"
            case .volumeGroup:
                if shared.contains(where: { $0.kind == .physicalVolume }) { continue }
                remedy = "vgrename UUID NEW"
            case .array:
                remedy =
                    "mdadm --assemble --update=uuid, or mdadm --zero-superblock if nothing of it is needed (\(place))"
            }
            if !found.contains(remedy) { found.append(remedy) }
        }
        return found
    }

    private var isGPT: Bool {
        // The partitions of an MBR are named by its number: "1b2c3d4e-01".
        !shared.contains { if case .table(let kind) = $0.kind { kind != "gpt" } else { false } }
            && shared.allSatisfy { $0.kind != .partition || $0.value.utf8.count > 12 }
    }

    private static func command(for type: String) -> String {
        switch type {
        case "ext2", "ext3", "ext4": "tune2fs -U random"
        case "xfs": "xfs_admin -U generate"
        case "btrfs": "btrfstune -u"
        case "swap", "swsuspend": "swaplabel --uuid NEW"
        case "vfat": "mlabel -n"
        case "ntfs": "ntfslabel --new-serial"
        default: "a new UUID for \(type)"
        }
    }
}
