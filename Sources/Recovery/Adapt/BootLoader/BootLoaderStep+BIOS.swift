internal import Buffers
internal import LinuxSystem

extension BootLoaderStep {
    /// Boot code that is there is kept, whoever made it. Only where no disk has any that works, GRUB is put on one.
    func planBIOS(_ scene: BootScene, _ plan: inout AdaptationPlan) throws(RecoveryError) {
        for disk in scene.disks {
            switch try InstalledBootCode.find(disk) {
            case .grub: return
            case .other:
                plan.warnings.append(
                    "\(disk.path) has boot code that is not GRUB's; it was kept, and what it starts cannot be checked.")
                return
            case .broken(let why): plan.warnings.append("The boot code of \(disk.path) is broken: \(why).")
            case .none: break
            }
        }
        guard let place = scene.place else {
            plan.warnings.append(
                "This machine starts by BIOS. The restored system has no boot code for it, and no /boot/grub/grub.cfg "
                    + "that GRUB could be given. Switch the firmware to UEFI.")
            return
        }
        guard let (code, origin) = try bootCode(scene, place) else {
            plan.warnings.append(
                "There is no GRUB for BIOS: neither in the restored system nor in \(files.directory).")
            return
        }
        var refusals: [String] = []
        for disk in scene.preferredDisks {
            if let refusal = try install(code, of: origin, on: disk, &plan) { refusals.append(refusal) } else { return }
        }
        plan.warnings += refusals
    }

    /// The system's own core.img, made by its grub-install for this /boot; else one made of the modules that are there.
    private func bootCode(
        _ scene: BootScene, _ place: GRUBPlace
    ) throws(RecoveryError) -> (code: BIOSBootCode, origin: String)? {
        let tree = scene.system.tree
        let (boot, core) = try tree.looking { tree throws(SystemCallError) in
            let own = "\(place.directory)/i386-pc"
            return (
                try tree.contents(of: "\(own)/boot.img", limit: 512),
                try tree.contents(of: "\(own)/core.img", limit: BIOSBootCode.coreLimit)
            )
        }
        if let boot, let core, let code = BIOSBootCode(boot: boot, core: core) {
            return (code, "\(place.directory)/i386-pc of the restored system")
        }
        guard let modules = try files.biosModules(for: tree) else { return nil }
        let made = try CoreImageMaker(mkimage: files.mkimage, directory: modules.path, place: place).bytes()
        let image = try SystemTree(root: modules.path).looking { tree throws(SystemCallError) in
            try tree.contents(of: "/boot.img", limit: 512)
        }
        guard let image, let code = BIOSBootCode(boot: image, core: made) else { return nil }
        return (code, modules.origin)
    }

    /// Why it cannot be put on this disk; nil when it is planned.
    private func install(
        _ code: BIOSBootCode, of origin: String, on disk: BootDisk, _ plan: inout AdaptationPlan
    ) throws(RecoveryError) -> String? {
        guard disk.table.sectorSize == 512 else {
            return
                "\(disk.path) has sectors of \(disk.table.sectorSize) bytes, from which BIOS firmware does not start."
        }
        let sector = try disk.reader.bytes(at: 0, count: 512)
        let length = code.coreBlocks * 512
        var patches: [DiskPatch] = []
        let start: UInt64
        if let table = disk.table as? MBRTable {
            guard UInt64(table.gap.count) * 512 >= length else {
                return
                    "\(disk.path) has \(table.gap.count) blocks before its first partition; GRUB needs \(code.coreBlocks)."
            }
            start = table.gap.lowerBound
        } else if let there = disk.table.partitions.first(where: {
            $0.purpose == .biosBoot && UInt64($0.blocks.count) * 512 >= length
        }) {
            start = there.blocks.lowerBound
        } else {
            // Blocks 34 to 2047, before the first partition, are enough and the usual room of nobody.
            let room = disk.table.firstRoom(minimum: length, maximum: 1 << 20)
            guard let room,
                let added = disk.table.adding(
                    .biosBoot, blocks: room, uuid: ESPMaker.identity(disk: disk.table.partitions, blocks: room).uuid)
            else {
                return "\(disk.path) has no free room of \(length >> 10) KiB in its GPT for a BIOS boot partition."
            }
            start = room.lowerBound
            patches += added.patches
        }
        // The first sector last: until then the disk is what it was.
        let fitted = code.patches(at: start, over: sector)
        patches = Array(fitted.prefix(1)) + patches + fitted.suffix(1) + activation(disk, sector)
        plan.changes += patches.map { patch in
            AdaptationChange(
                .writeDisk(disk: disk.number, offset: patch.offset, bytes: patch.bytes),
                reason:
                    "\(disk.path): \(patch.reason) (\(origin)), because this machine starts by BIOS and no "
                    + "restored disk has boot code for it")
        }
        return nil
    }

    /// Some BIOSes start only from a disk with an active partition. On a GPT disk that can only be the protective entry; UEFI
    /// wants it inactive (specification, section 5.2.3), so it is set with our own boot code and nowhere else.
    private func activation(_ disk: BootDisk, _ sector: [UInt8]) -> [DiskPatch] {
        let entries = (0..<4).map { 446 + 16 * $0 }
        guard !entries.contains(where: { sector[$0] == 0x80 }) else { return [] }
        let chosen =
            disk.table.kind == .gpt
            ? entries.first { sector[$0 + 4] == 0xee }
            : entries.first { sector[$0 + 4] != 0 && ![0x05, 0x0f, 0x85, 0xef].contains(sector[$0 + 4]) }
        return chosen.map {
            [
                DiskPatch(
                    offset: UInt64($0), bytes: [0x80],
                    reason: "an active partition, without which some BIOSes do not start a disk")
            ]
        } ?? []
    }
}
