internal import BlockDevices
internal import LinuxSystem

extension BootLoaderStep {
    /// A loader for UEFI on a system that has none: into the EFI system partition that is there, or into a new one.
    func planNewLoader(
        _ scene: BootScene, _ plan: inout AdaptationPlan
    ) throws(RecoveryError) -> [BootEntryPlanner.Wanted] {
        if let partition = scene.partitions.first(where: { $0.disk.number == scene.place?.disk })
            ?? scene.partitions.first
        {
            let kept = try BootMenu.systemdBoot(partition.files)
            if !kept.entries.isEmpty, let loader = try files.systemdBoot(for: scene.system.tree) {
                return try install(loader, in: partition, scene, &plan)
            }
            guard let chain = try chain(scene, &plan) else { return [] }
            return try install(chain, partition.files, partition.name, partition.place, scene, &plan)
        }
        guard let chain = try chain(scene, &plan) else { return [] }
        for disk in scene.preferredDisks {
            let minimum = ESPMaker.minimum(sectorSize: disk.table.sectorSize)
            guard let blocks = disk.table.room(minimum: minimum, maximum: ESPMaker.maximum) else { continue }
            let identity = ESPMaker.identity(disk: disk.table.partitions, blocks: blocks)
            guard let added = disk.table.adding(.efiSystem, blocks: blocks, uuid: identity.uuid) else { continue }
            return try makePartition(added, identity.serial, on: disk, chain, scene, &plan)
        }
        plan.warnings.append(
            "This machine starts by UEFI, and no restored disk has an EFI system partition, nor 64 MiB of free room and "
                + "a free number for one. Swap and other partitions are not made smaller. Restore to a larger disk, or "
                + "switch the firmware to BIOS (legacy, CSM).")
        return []
    }

    private func chain(_ scene: BootScene, _ plan: inout AdaptationPlan) throws(RecoveryError) -> LoaderFiles.Chain? {
        guard scene.place != nil else {
            plan.warnings.append(
                "The restored system has no boot loader for UEFI and no /boot/grub/grub.cfg that one could be given.")
            return nil
        }
        guard let chain = try files.chain(for: scene.system.tree) else {
            plan.warnings.append(
                "There is no boot loader for UEFI: neither in the restored system nor in \(files.directory).")
            return nil
        }
        return chain
    }

    private func makePartition(
        _ added: BootPartitionAddition, _ serial: UInt32, on disk: BootDisk, _ chain: LoaderFiles.Chain,
        _ scene: BootScene, _ plan: inout AdaptationPlan
    ) throws(RecoveryError) -> [BootEntryPlanner.Wanted] {
        let size = UInt64(added.partition.blocks.count) * disk.table.sectorSize
        let maker = ESPMaker(sizeInBytes: size, sectorSize: disk.table.sectorSize, serial: serial)
        let name = disk.name(added.partition)
        let offset = disk.offset(added.partition)
        // The file system before the table: what the table names is whole at every moment.
        plan.changes.append(
            AdaptationChange(
                .writeDisk(disk: disk.number, offset: offset, bytes: try maker.bytes()),
                reason: "\(name): an empty FAT32 of \(size >> 20) MiB, because UEFI firmware starts from an EFI system "
                    + "partition and the restored disks have none"))
        plan.changes += added.patches.map {
            AdaptationChange(
                .writeDisk(disk: disk.number, offset: $0.offset, bytes: $0.bytes), reason: "\(disk.path): \($0.reason)")
        }
        let files = ESPFiles(.disk(number: disk.number, path: disk.path, offset: offset))
        let place = disk.table.place(of: added.partition)
        let wanted = try install(chain, files, name, place, scene, isNew: true, &plan)
        try planMount(maker.uuid, scene, &plan)
        return wanted
    }

    /// Shim, GRUB and the key manager into GRUB's own directory and into \EFI\BOOT, with the file that leads GRUB to the
    /// system's menu. Without reading what is there when the file system is only planned.
    private func install(
        _ chain: LoaderFiles.Chain, _ files: ESPFiles, _ name: String, _ place: HardDriveNode, _ scene: BootScene,
        isNew: Bool = false, _ plan: inout AdaptationPlan
    ) throws(RecoveryError) -> [BootEntryPlanner.Wanted] {
        guard let menu = scene.place, let prefix = GRUBImage(chain.grub)?.prefix else { return [] }
        let own = prefix.hasPrefix("/EFI/") ? prefix : "/EFI/\(scene.identifiers.first ?? "debian")"
        var puts: [(path: String, bytes: [UInt8])] = [("\(prefix)/grub.cfg", Array(menu.stub.utf8))]
        for directory in [own, "/EFI/BOOT"] {
            let first = directory == own ? "shimx64.efi" : "BOOTX64.EFI"
            guard let shim = chain.shim else {
                puts.append((directory == own ? "\(own)/grubx64.efi" : BootChain.fallback, chain.grub))
                continue
            }
            puts.append(("\(directory)/grubx64.efi", chain.grub))
            if let manager = chain.mokManager { puts.append(("\(directory)/mmx64.efi", manager)) }
            // The first program last: until then firmware finds none.
            puts.append(("\(directory)/\(first)", shim))
        }
        if !isNew, let other = try BootChain.follow(BootChain.fallback, files).first, other.loader == .other {
            plan.warnings.append("\(BootChain.fallback) on \(name) is a program of another system and was kept.")
            puts.removeAll { $0.path.hasPrefix("/EFI/BOOT/") }
        }
        for (path, bytes) in puts {
            if !isNew, try files.contents(of: path) == bytes { continue }
            plan.changes.append(
                try files.writing(
                    bytes, to: path,
                    reason:
                        "\(path) on \(name): the restored system has no loader for UEFI; this one is of \(chain.origin)"
                ))
        }
        let file = "\(own)/\(chain.shim == nil ? "grubx64.efi" : "shimx64.efi")"
        let relatives = InstalledLoader.names.map { "\(own)/\($0)".replacing("/", with: "\\") }
        return [
            BootEntryPlanner.Wanted(
                place: place, file: file.replacing("/", with: "\\"), relatives: relatives,
                description: scene.identifiers.first ?? "Linux")
        ]
    }

    /// systemd-boot's menu is there and the loader is not.
    private func install(
        _ loader: [UInt8], in partition: EFISystemPartition, _ scene: BootScene, _ plan: inout AdaptationPlan
    ) throws(RecoveryError) -> [BootEntryPlanner.Wanted] {
        for path in ["/EFI/systemd/systemd-bootx64.efi", BootChain.fallback] {
            plan.changes.append(
                try partition.files.writing(
                    loader, to: path,
                    reason: "\(path) on \(partition.name): its menu entries are there and the loader is missing"))
        }
        let path = "\\EFI\\systemd\\systemd-bootx64.efi"
        return [
            BootEntryPlanner.Wanted(place: partition.place, file: path, description: scene.identifiers.first ?? "Linux")
        ]
    }

    /// The new partition in fstab, so that updates of the system's loader find it.
    private func planMount(
        _ uuid: String, _ scene: BootScene, _ plan: inout AdaptationPlan
    ) throws(RecoveryError) {
        let table = try scene.system.tree.looking { tree throws(SystemCallError) in try tree.text(of: "/etc/fstab") }
        guard let table else { return }
        let isThere = table.split(separator: "\n").contains { line in
            let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            return fields.count > 1 && fields[0].first != "#" && fields[1] == "/boot/efi"
        }
        if isThere {
            plan.warnings.append(
                "/etc/fstab has a line for /boot/efi that is not the new EFI system partition UUID=\(uuid).")
            return
        }
        let line =
            (table.isEmpty || table.hasSuffix("\n") ? "" : "\n") + "UUID=\(uuid) /boot/efi vfat umask=0077,nofail 0 1\n"
        plan.changes.append(
            AdaptationChange(
                .append(path: "/etc/fstab", bytes: Array(line.utf8)),
                reason: "/etc/fstab: the new EFI system partition at /boot/efi; the system starts without it as well"))
    }
}
