internal import BlockDevices
internal import LinuxSystem

/// Tries every file system of restored disks for the root of a Linux system.
final class RootSearch {
    struct Found {
        var volume: Int
        var mount: Mount
    }

    private let volumes: [RestoredSystem.Volume]
    private let directory: String
    private let isReadOnly: Bool
    private(set) var warnings: [String] = []

    init(volumes: [RestoredSystem.Volume], directory: String, isReadOnly: Bool) {
        self.volumes = volumes
        self.directory = directory
        self.isReadOnly = isReadOnly
    }

    /// Mounts the root at the directory; nil when there is none. Throws when there is more than one and `wanted` decides
    /// nothing.
    func run(wanted: String?) throws(RecoveryError) -> Found? {
        announceBtrfs()
        var candidates: [(volume: Int, options: [String])] = []
        for index in volumes.indices where FileSystemMount.canHoldRoot(volumes[index].superblock.type) {
            if let wanted, !Self.isNamed(volumes[index], wanted) { continue }
            candidates +=
                options(for: volumes[index]).first { holdsRoot(volumes[index], $0) }.map { [(index, $0)] } ?? []
        }
        guard let first = candidates.first else { return nil }
        guard candidates.count == 1 else {
            let names = candidates.map { index, _ in
                "\(volumes[index].description) (UUID \(volumes[index].superblock.uuid ?? "?"))"
            }
            throw RecoveryError(
                .failed,
                "Several Linux systems are on the disks: \(names.joined(separator: ", ")). Say which with --root UUID.")
        }
        do throws(SystemCallError) {
            return Found(
                volume: first.volume,
                mount: try FileSystemMount.mount(
                    volumes[first.volume], at: directory, isReadOnly: isReadOnly, options: first.options))
        } catch { throw RecoveryError(.failed, "The root file system could not be mounted again: \(error).") }
    }

    static func isNamed(_ volume: RestoredSystem.Volume, _ name: String) -> Bool {
        volume.superblock.uuid?.lowercased() == name.lowercased() || volume.stableNames.contains(name)
            || volume.device == name
    }

    private func announceBtrfs() {
        for volume in volumes where volume.superblock.type == "btrfs" {
            do throws(SystemCallError) { try Files.announceBtrfs(volume.device) } catch {
                warnings.append("\(volume.description) could not be announced to btrfs: \(error).")
            }
        }
    }

    /// The default subvolume first, then the names that distributions give to the subvolume of the root.
    private func options(for volume: RestoredSystem.Volume) -> [[String]] {
        guard volume.superblock.type == "btrfs" else { return [[]] }
        let names = ["@", "root", "@rootfs", "@root", "@/.snapshots/1/snapshot"]
        return [[]] + names.map { ["subvol=\($0)"] }
    }

    /// Looks only; the mount ends with it.
    private func holdsRoot(_ volume: RestoredSystem.Volume, _ options: [String]) -> Bool {
        do throws(SystemCallError) {
            let mount = try FileSystemMount.mount(volume, at: directory, isReadOnly: true, options: options)
            defer { extendLifetime(mount) }
            let tree = SystemTree(root: directory)
            return tree.contains("/etc/fstab")
                && ["/sbin/init", "/usr/lib/systemd/systemd", "/lib/systemd/systemd"].contains { tree.contains($0) }
        } catch {
            // A subvolume that is not there is an answer; a file system that cannot be mounted is worth a word.
            if options.isEmpty { warnings.append("\(volume.description) could not be looked into: \(error).") }
            return false
        }
    }
}
