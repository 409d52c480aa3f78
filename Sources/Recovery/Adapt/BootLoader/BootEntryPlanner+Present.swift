internal import LinuxSystem

extension BootEntryPlanner {
    /// With the partitions of all disks of this machine, also of those that nothing was restored to: of the directory in which
    /// udev names them, and of the restored disks.
    init(variables: FirmwareVariables, presentIn directory: String, and disks: [BootDisk]) {
        // Losing the error is right: without the list, nothing is taken for gone.
        let names = try? Files.names(in: directory)
        let restored = disks.flatMap { disk in disk.table.partitions.map(\.uuid) }
        self.init(variables: variables, present: names.map { Set($0.map { $0.lowercased() } + restored) })
    }
}
