internal import BlockDevices

/// A restored system seen by its boot loader: looked up once for a plan or a proof.
struct BootScene {
    let system: RestoredSystem
    /// Those with a partition table.
    let disks: [BootDisk]
    private(set) var partitions: [EFISystemPartition] = []
    private(set) var warnings: [String]
    let place: GRUBPlace?
    let identifiers: [String]

    init(_ system: RestoredSystem) throws(RecoveryError) {
        self.system = system
        place = try GRUBPlace.find(system)
        identifiers = try InstalledLoader.identifiers(system.tree)
        (disks, warnings) = try BootDisk.all(of: system.machine)
        let found = try EFISystemPartition.find(on: disks, system)
        partitions = found.usable
        // BIOS firmware does not look at them.
        if system.machine.firmware == .uefi { warnings += found.unusable }
    }

    /// The disk with the kernels first; they are where firmware should look.
    var preferredDisks: [BootDisk] {
        disks.filter { $0.number == place?.disk } + disks.filter { $0.number != place?.disk }
    }

    func installed(in partition: EFISystemPartition) throws(RecoveryError) -> InstalledLoader? {
        try InstalledLoader.find(partition.files, place, identifiers: identifiers)
    }
}
