internal import BlockDevices
internal import Inventory
internal import LinuxSystem

/// Mounts below a mounted root what the system needs to start: /boot, the EFI system partition, /usr, /var.
struct MountedRest {
    private(set) var mounts: [Mount] = []
    /// With the places where the system mounts them.
    private(set) var volumes: [RestoredSystem.Volume]
    private(set) var warnings: [String] = []
    private let tree: SystemTree
    private let isReadOnly: Bool

    static let needed: Set<String> = ["/boot", "/boot/efi", "/efi", "/usr", "/var", "/etc"]
    private static let espType = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"

    init(tree: SystemTree, volumes: [RestoredSystem.Volume], rootIndex: Int, isReadOnly: Bool) {
        self.tree = tree
        self.volumes = volumes
        self.isReadOnly = isReadOnly
        let lines = table()
        // Short paths first: what is below another mount is mounted behind it.
        for line in lines.sorted(by: { $0.mountPoint.utf8.count < $1.mountPoint.utf8.count })
        where line.mountPoint.hasPrefix("/") {
            guard let index = self.volumes.firstIndex(where: { line.means($0) }) else { continue }
            let isRoot = line.mountPoint == "/"
            if self.volumes[index].mountPoint == nil, !isRoot { self.volumes[index].mountPoint = line.mountPoint }
            guard Self.needed.contains(line.mountPoint) else { continue }
            let subvolume = line.value(of: "subvol").map { ["subvol=\($0)"] } ?? []
            mount(self.volumes[index], at: line.mountPoint, options: subvolume)
        }
        mountSystemPartition()
    }

    private mutating func table() -> [FstabLine] {
        do throws(SystemCallError) {
            let text = try tree.text(of: "/etc/fstab") ?? ""
            return text.split(separator: "\n").compactMap { FstabLine(String($0)) }
        } catch {
            warnings.append("/etc/fstab cannot be read: \(error).")
            return []
        }
    }

    /// An EFI system partition that fstab does not name, as systemd finds it by itself.
    private mutating func mountSystemPartition() {
        guard let index = volumes.firstIndex(where: { [Self.espType, "0xef"].contains($0.partitionType) }),
            volumes[index].mountPoint == nil
        else { return }
        let directory = tree.contains("/efi") ? "/efi" : "/boot/efi"
        mount(volumes[index], at: directory, options: [])
        volumes[index].mountPoint = directory
    }

    private mutating func mount(_ volume: RestoredSystem.Volume, at directory: String, options: [String]) {
        guard FileSystemMount.canMount(volume.superblock.type) else { return }
        do throws(SystemCallError) {
            guard let place = try tree.path(directory) else {
                return warnings.append("\(volume.description) is not mounted: \(directory) is missing.")
            }
            mounts.append(
                try FileSystemMount.mount(volume, at: place, isReadOnly: isReadOnly, options: options))
        } catch { warnings.append("\(volume.description) cannot be mounted at \(directory): \(error).") }
    }
}
