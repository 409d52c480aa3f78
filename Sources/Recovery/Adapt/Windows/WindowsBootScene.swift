internal import LinuxSystem

/// Restored Windows seen by what starts it: looked up once for a plan or a proof.
struct WindowsBootScene {
    let system: RestoredSystem
    let windows: WindowsSystem
    /// Those with a partition table.
    let disks: [BootDisk]
    /// The EFI system partition with Windows' boot manager; where none has it, the first one.
    private(set) var partition: EFISystemPartition?
    private(set) var warnings: [String]

    init(_ system: RestoredSystem, _ windows: WindowsSystem) throws(RecoveryError) {
        self.system = system
        self.windows = windows
        (disks, warnings) = try BootDisk.all(of: system.machine)
        let found = try EFISystemPartition.find(on: disks, system)
        if system.machine.firmware == .uefi { warnings += found.unusable }
        for candidate in found.usable where try candidate.files.contents(of: WindowsBootStep.manager) != nil {
            partition = candidate
            break
        }
        partition = partition ?? found.usable.first
    }

    /// Windows' own volume.
    var volume: RestoredSystem.Volume? { system.rootVolume }

    var disk: BootDisk? { volume?.disk.flatMap { number in disks.first { $0.number == number } } }

    /// "partition 3 of /dev/sda" for a device of the boot configuration; nil when the restored disks do not have it.
    func find(_ device: BootConfigurationDevice) -> (disk: BootDisk, partition: BootPartition)? {
        for disk in disks {
            switch (device, disk.table) {
            case (.gptPartition(let uuid, let diskUUID), let table as GPTTable) where table.diskUUID == diskUUID:
                if let found = table.partitions.first(where: { $0.uuid == uuid }) { return (disk, found) }
            case (.mbrPartition(let offset, let signature), let table as MBRTable)
            where table.diskSignature == signature:
                if let found = table.partitions.first(where: { disk.offset($0) == offset }) { return (disk, found) }
            default: continue
            }
        }
        return nil
    }

    /// Whether a file of Windows' volume is there: "\Windows\system32\winload.efi".
    func holds(_ path: String) throws(RecoveryError) -> Bool {
        let place = "/" + path.split(separator: "\\").joined(separator: "/")
        return try system.tree.looking { tree throws(SystemCallError) in try tree.spelled(place) } != nil
    }
}
