internal import BlockDevices
internal import LinuxSystem

/// Finds the system on restored disks and mounts its root: Linux, or Windows where there is no Linux.
struct SystemSearch {
    struct Found {
        var volume: Int
        var mount: Mount
        /// Where it is Windows: its directory and how its volume was left.
        var windows: WindowsSearch.Candidate?
    }

    private let volumes: [RestoredSystem.Volume]
    private let linux: RootSearch
    private let windows: WindowsSearch

    init(volumes: [RestoredSystem.Volume], directory: String, isReadOnly: Bool) {
        self.volumes = volumes
        linux = RootSearch(volumes: volumes, directory: directory, isReadOnly: isReadOnly)
        windows = WindowsSearch(volumes: volumes, directory: directory, isReadOnly: isReadOnly)
    }

    var warnings: [String] { linux.warnings + windows.warnings }

    /// Throws when there is none, or more than one and `wanted` decides nothing.
    func run(wanted: String?) throws(RecoveryError) -> Found {
        // Before anything is mounted at the directory for good.
        let beside = windows.candidates()
        if let root = try linux.run(wanted: wanted) {
            windows.mention(beside)
            return Found(volume: root.volume, mount: root.mount, windows: nil)
        }
        let named = beside.filter { candidate in
            wanted.map { RootSearch.isNamed(volumes[candidate.volume], $0) } ?? true
        }
        guard let only = named.first else { throw nothing(wanted) }
        guard named.count == 1 else {
            let names = named.map {
                "\(volumes[$0.volume].description) (UUID \(volumes[$0.volume].superblock.uuid ?? "?"))"
            }
            throw RecoveryError(
                .failed,
                "Windows is on the disks several times: \(names.joined(separator: ", ")). Say which with --root UUID.")
        }
        return Found(volume: only.volume, mount: try windows.mount(only), windows: only)
    }

    private func nothing(_ wanted: String?) -> RecoveryError {
        let seen = volumes.map { "\($0.description) (\($0.superblock.type))" }.joined(separator: ", ")
        let which = wanted.map { " named \($0)" } ?? ""
        let locked = volumes.contains { $0.superblock.type == "BitLocker" }
        return RecoveryError(
            .failed,
            "No Linux system and no Windows was found on the disks\(which): they have "
                + "\(seen.isEmpty ? "no file systems" : seen)."
                + (locked ? " What BitLocker encrypts was restored bit for bit and cannot be looked into here." : ""))
    }
}
