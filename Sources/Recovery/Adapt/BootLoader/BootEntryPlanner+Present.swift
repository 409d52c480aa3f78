internal import LinuxSystem

extension BootEntryPlanner {
    /// PARTUUIDs of all disks of this machine, also of those that nothing was restored to: of the directory in which udev
    /// names them, and of the restored disks.
    static func presentPartitions(named directory: String, with disks: [BootDisk]) -> Set<String>? {
        // Losing the error is right: without the list, nothing is taken for gone.
        guard let names = try? Files.names(in: directory) else { return nil }
        let restored = disks.flatMap { disk in disk.table.partitions.map(\.uuid) }
        return Set(names.map { $0.lowercased() } + restored)
    }
}
