internal import BlockDevices
internal import LinuxSystem

/// Makes the restored system start by this machine's firmware: boot loader, EFI system partition or BIOS boot partition,
/// and the firmware's own entries.
///
/// Steps from what is there, not from what the source was: a disk that starts already is left alone.
package struct BootLoaderStep: AdaptationStep {
    package var name: String { "bootloader" }

    /// Loaders for systems that have none for this firmware.
    package let files: LoaderFiles
    /// Directory of efivarfs; nil when the target is another machine than this one, whose entries cannot be written.
    package let firmwareVariables: String?
    /// Directory in which udev names every partition of this machine: what is not there is gone.
    package let partitionNames: String

    package init(
        files: LoaderFiles = LoaderFiles(), firmwareVariables: String? = FirmwareVariables.directory,
        partitionNames: String = "/dev/disk/by-partuuid"
    ) {
        self.files = files
        self.firmwareVariables = firmwareVariables
        self.partitionNames = partitionNames
    }

    package func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan {
        let scene = try BootScene(system)
        var plan = AdaptationPlan(warnings: scene.warnings)
        guard !scene.disks.isEmpty else {
            plan.warnings.append("No restored disk has a partition table; boot loaders were not looked for.")
            return plan
        }
        switch system.machine.firmware {
        case .uefi: try planUEFI(scene, &plan)
        case .bios: try planBIOS(scene, &plan)
        }
        try warnOfEntries(scene, &plan)
        return plan
    }

    package func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof] {
        let scene = try BootScene(system)
        guard !scene.disks.isEmpty else {
            return [
                Proof(
                    "a restored disk has a partition table that can be read", holds: false,
                    detail: scene.warnings.joined(separator: " "))
            ]
        }
        return switch system.machine.firmware {
        case .uefi: try proveUEFI(scene)
        case .bios: try proveBIOS(scene)
        }
    }

    /// Entries besides the default one that would not start. The default one is a proof.
    private func warnOfEntries(_ scene: BootScene, _ plan: inout AdaptationPlan) throws(RecoveryError) {
        guard let place = scene.place else { return }
        let menu = try BootMenu.grub(place, scene.system.tree)
        for entry in menu.entries.flatMap(\.leaves) where entry != menu.defaultEntry {
            let missing = try BootMenu.missing(entry) { path throws(RecoveryError) in
                try BootMenu.size(of: path, scene.system)
            }
            if !missing.isEmpty {
                plan.warnings.append(
                    "Entry \"\(entry.title)\" of \(menu.source) does not start: \(missing.joined(separator: ", ")).")
            }
        }
    }
}
