package import BlockDevices
internal import LinuxSystem
package import Repository

/// Refuses captures whose disks and repository are one (decisions/0003).
package enum SourceGuard {
    /// Throws `refused` when a disk is named twice, or when the repository lies on a disk that would be read.
    package static func check(
        _ sources: [any BlockSource], repository: any ObjectStore
    ) throws(CaptureError) {
        var seen: [(name: String, parts: Set<String>)] = []
        for source in sources {
            let parts = parts(of: source.name)
            if let other = seen.first(where: { !$0.parts.isDisjoint(with: parts) }) {
                throw CaptureError(
                    .refused,
                    "\(source.name) and \(other.name) are the same disk. Nothing was read. Name each disk once.")
            }
            seen.append((source.name, parts))
        }
        guard let directory = repository as? DirectoryStore else { return }
        let holders: [BlockNode]
        do {
            holders = try DiskUse.backingDisks(ofPath: directory.location)
        } catch {
            throw CaptureError(.refused, "\(error.message) Nothing was read.", cause: error.cause)
        }
        for source in sources {
            guard let node = BlockNode(path: source.name), holders.contains(where: { $0.number == node.number }) else {
                continue
            }
            throw CaptureError(
                .refused,
                "Cannot capture \(source.name): the repository \(directory.location) lies on it, and a copy on the disk it "
                    + "protects dies with it. Nothing was read. Choose a repository on another disk.")
        }
    }

    /// Everything that a source shares bytes with: its file by any name, its device with partitions, the file behind a
    /// loop device.
    private static func parts(of name: String) -> Set<String> {
        // A source without a path (an address) has only its name to compare.
        guard let status = try? Files.status(name) else { return ["name:\(name)"] }
        guard status.kind == .blockDevice, let node = BlockNode(status.representedDevice) else {
            return [file(status)]
        }
        var parts = Set(([node] + node.partitions).map { "device:\($0.number)" })
        // A backing file that was deleted meanwhile has no other name.
        if let backing = node.wholeDisk.attribute("loop/backing_file"), let status = try? Files.status(backing) {
            parts.insert(file(status))
        }
        return parts
    }

    private static func file(_ status: FileStatus) -> String { "file:\(status.device):\(status.inode)" }
}
