package import BlockDevices
internal import LinuxSystem
package import Repository

/// Refuses captures whose disks and repository are one (decisions/0003).
package enum SourceGuard {
    /// Throws `refused` when a disk is named twice, or when the repository lies on a disk that would be read.
    package static func check(
        _ sources: [any BlockSource], repository: any ObjectStore
    ) throws(CaptureError) {
        var seen: [String: String] = [:]
        for source in sources {
            // A source without a path (an address) has only its name to compare.
            let real = (try? Files.realPath(source.name)) ?? source.name
            if let other = seen.updateValue(source.name, forKey: real) {
                throw CaptureError(
                    .refused, "\(source.name) and \(other) are the same disk. Nothing was read. Name each disk once.")
            }
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
}
