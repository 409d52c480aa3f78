internal import LinuxSystem

/// Follows Windows' start from the firmware to its loader, and puts in its way what is missing of it: the fallback loader, the
/// firmware's entry. The boot configuration is read and never written: it names disk and partition by what a restore keeps.
///
/// Windows that was installed for BIOS is not made to start by UEFI, nor the other way round: it needs another partition
/// table, and `mbr2gpt` and `bcdboot` of Windows itself make that.
package struct WindowsBootStep: AdaptationStep {
    package static let name = "windows-boot"
    package var name: String { Self.name }

    static let manager = "/EFI/Microsoft/Boot/bootmgfw.efi"

    /// Directory of efivarfs; nil when the target is another machine than this one, whose entries cannot be written.
    let firmwareVariables: String?
    /// Directory in which udev names every partition of this machine.
    let partitionNames: String

    package init(
        firmwareVariables: String? = FirmwareVariables.directory, partitionNames: String = "/dev/disk/by-partuuid"
    ) {
        self.firmwareVariables = firmwareVariables
        self.partitionNames = partitionNames
    }

    package func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan {
        guard let windows = system.windows, system.machine.firmware == .uefi else { return AdaptationPlan() }
        let scene = try WindowsBootScene(system, windows)
        var plan = AdaptationPlan(warnings: scene.warnings)
        guard let partition = scene.partition, let manager = try partition.files.contents(of: Self.manager),
            PEImage(manager) != nil
        else { return plan }
        if windows.refusal == nil { try planFallback(manager, partition, &plan) }
        guard let firmwareVariables else { return plan }
        guard let variables = FirmwareVariables(in: firmwareVariables) else {
            plan.warnings.append(
                "The firmware's boot entries cannot be read (\(firmwareVariables)); it finds Windows by "
                    + "\(BootChain.fallback) only.")
            return plan
        }
        plan.changes += planner(variables, scene).plan([wanted(partition)])
        return plan
    }

    /// A hibernated Windows may have the partition's contents in memory: the caller asks for that.
    private func planFallback(
        _ manager: [UInt8], _ partition: EFISystemPartition, _ plan: inout AdaptationPlan
    ) throws(RecoveryError) {
        let there = try partition.files.contents(of: BootChain.fallback)
        if let there, PEImage(there) != nil {
            if there != manager {
                plan.warnings.append(
                    "\(BootChain.fallback) on \(partition.name) is another program than Windows' boot manager, or another "
                        + "version of it, and was kept.")
            }
            return
        }
        plan.changes.append(
            try partition.files.writing(
                manager, to: BootChain.fallback,
                reason:
                    "\(BootChain.fallback) on \(partition.name) becomes a copy of \(Self.manager): firmware that has no "
                    + "entry for this disk starts it"))
    }

    func wanted(_ partition: EFISystemPartition) -> BootEntryPlanner.Wanted {
        BootEntryPlanner.Wanted(
            place: partition.place, file: #"\EFI\Microsoft\Boot\bootmgfw.efi"#, description: "Windows Boot Manager")
    }

    func planner(_ variables: FirmwareVariables, _ scene: WindowsBootScene) -> BootEntryPlanner {
        BootEntryPlanner(variables: variables, presentIn: partitionNames, and: scene.disks)
    }

    package func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof] {
        guard let windows = system.windows else { return [] }
        let scene = try WindowsBootScene(system, windows)
        return switch system.machine.firmware {
        case .uefi: try proveUEFI(scene)
        case .bios: try proveBIOS(scene)
        }
    }
}
