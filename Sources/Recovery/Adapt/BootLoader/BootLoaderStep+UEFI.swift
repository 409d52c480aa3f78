internal import LinuxSystem

extension BootLoaderStep {
    /// \EFI\BOOT\BOOTX64.EFI in every EFI system partition with a loader of this system, and the firmware's entries for it.
    func planUEFI(_ scene: BootScene, _ plan: inout AdaptationPlan) throws(RecoveryError) {
        var written: Set<String> = []
        for partition in scene.partitions {
            // Members of one array have one set of files.
            if let mountPoint = partition.mountPoint, !written.insert(mountPoint).inserted { continue }
            guard let installed = try scene.installed(in: partition) else { continue }
            try completeInstalled(installed, partition, scene, &plan)
            try planFallback(installed, partition, &plan)
        }
        var wanted = try wantedEntries(scene)
        // Without a directory of its own the fallback path may still hold the loader: firmware finds that without entries.
        if wanted.isEmpty, try !hasWorkingFallback(scene) {
            wanted += try planNewLoader(scene, &plan)
        }
        planEntries(wanted, scene, &plan)
    }

    private func hasWorkingFallback(_ scene: BootScene) throws(RecoveryError) -> Bool {
        for partition in scene.partitions {
            let chain = try BootChain.follow(BootChain.fallback, partition.files)
            if chain.problem == nil, chain.loader?.image.loader != .other { return true }
        }
        return false
    }

    /// What the firmware should know: the loaders that are there.
    private func wantedEntries(_ scene: BootScene) throws(RecoveryError) -> [BootEntryPlanner.Wanted] {
        var wanted: [BootEntryPlanner.Wanted] = []
        for partition in scene.partitions {
            guard let installed = try scene.installed(in: partition) else { continue }
            wanted.append(
                BootEntryPlanner.Wanted(
                    place: partition.place, file: installed.firmwarePath, relatives: installed.relatives,
                    description: scene.identifiers.first ?? "Linux"))
        }
        return wanted
    }

    /// Whether the firmware's own entries start the restored system before any other; nothing where they cannot be read.
    func proveEntries(_ scene: BootScene) throws(RecoveryError) -> [Proof] {
        let wanted = try wantedEntries(scene)
        guard let firmwareVariables, !wanted.isEmpty, let variables = FirmwareVariables(in: firmwareVariables) else {
            return []
        }
        let open = BootEntryPlanner(variables: variables, presentIn: partitionNames, and: scene.disks)
            .plan(wanted)
        return [
            Proof(
                "this machine's firmware knows the restored system and starts it first", holds: open.isEmpty,
                detail: open.map(\.reason).joined(separator: "; "))
        ]
    }

    /// GRUB's own grub.cfg beside the loader, when the place that is built into it is empty.
    private func completeInstalled(
        _ installed: InstalledLoader, _ partition: EFISystemPartition, _ scene: BootScene, _ plan: inout AdaptationPlan
    ) throws(RecoveryError) {
        guard let place = scene.place, let loader = try BootChain.follow(installed.path, partition.files).loader,
            let grub = loader.grub
        else { return }
        switch try GRUBConfiguration.find(grub, beside: loader.path, partition, scene) {
        case .missing(let path?):
            plan.changes.append(
                try partition.files.writing(
                    Array(place.stub.utf8), to: path,
                    reason: "\(path) on \(partition.name) is missing; it leads GRUB to \(place.directory)/grub.cfg"))
        case .other(let what):
            plan.warnings.append("GRUB on \(partition.name) reads \(what), which is not the restored system's.")
        default: break
        }
    }

    /// Shim goes there where the system has one, with GRUB and the key manager beside it: shim starts the grubx64.efi of its
    /// own directory, and GRUB's built-in prefix leads to its grub.cfg from there as well.
    ///
    /// fbx64.efi is not put there: started from there it writes firmware entries of its own and may restart the machine on
    /// firmware that forgets them. One that is there already is kept, and gets the list that it needs.
    private func planFallback(
        _ installed: InstalledLoader, _ partition: EFISystemPartition, _ plan: inout AdaptationPlan
    ) throws(RecoveryError) {
        let chain = try BootChain.follow(BootChain.fallback, partition.files)
        if let first = chain.first, first.loader == .other {
            plan.warnings.append(
                "\(BootChain.fallback) on \(partition.name) is a program of another system and was kept: without the "
                    + "firmware's own entry, that system starts.")
            return
        }
        guard let problem = chain.problem else { return }
        let own = try BootChain.follow(installed.path, partition.files)
        if let broken = own.problem {
            plan.warnings.append("The loader on \(partition.name) cannot start: \(broken).")
            return
        }
        let why = "\(problem) on \(partition.name): firmware that has no entry for this disk starts it"
        if problem.contains("fbx64.efi") {
            let list = "\u{feff}\(installed.first),\(installed.directory.dropFirst(5)),,\n"
            let bytes = UCS2.bytes(list).dropLast(2)
            plan.changes.append(
                try partition.files.writing(Array(bytes), to: "\(installed.directory)/BOOTX64.CSV", reason: why))
            return
        }
        var copies = [(installed.path, BootChain.fallback)]
        if installed.isShim {
            copies = [("\(installed.directory)/mmx64.efi", "/EFI/BOOT/mmx64.efi")] + copies
            if let loader = own.loader?.path { copies = [(loader, "/EFI/BOOT/grubx64.efi")] + copies }
        }
        for (from, to) in copies {
            guard let bytes = try partition.files.contents(of: from), try partition.files.contents(of: to) != bytes
            else { continue }
            plan.changes.append(
                try partition.files.writing(bytes, to: to, reason: "\(to) becomes a copy of \(from): \(why)"))
        }
    }

    /// Entries of this machine's firmware. Without any to read nothing is planned: the fallback path is enough.
    private func planEntries(
        _ wanted: [BootEntryPlanner.Wanted], _ scene: BootScene, _ plan: inout AdaptationPlan
    ) {
        guard let firmwareVariables, !wanted.isEmpty else { return }
        guard let variables = FirmwareVariables(in: firmwareVariables) else {
            plan.warnings.append(
                "The firmware's boot entries cannot be read (\(firmwareVariables)); it finds the system by "
                    + "\(BootChain.fallback) only.")
            return
        }
        plan.changes += BootEntryPlanner(variables: variables, presentIn: partitionNames, and: scene.disks)
            .plan(wanted)
    }
}
