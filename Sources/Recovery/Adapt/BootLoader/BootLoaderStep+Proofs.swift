internal import LinuxSystem

extension BootLoaderStep {
    /// What UEFI firmware does, followed step by step from the fallback path: it works whatever the firmware remembers.
    func proveUEFI(_ scene: BootScene) throws(RecoveryError) -> [Proof] {
        guard !scene.partitions.isEmpty else {
            return [
                Proof(
                    "a restored disk has an EFI system partition with a FAT file system", holds: false,
                    detail: (scene.warnings + ["UEFI firmware finds nothing to start."]).joined(separator: " "))
            ]
        }
        // Each partition is a way in of its own; the best of them is what counts.
        var best: [Proof] = []
        for partition in scene.partitions {
            let proofs = try prove(partition, scene)
            if best.isEmpty || proofs.filter({ !$0.holds }).count < best.filter({ !$0.holds }).count { best = proofs }
        }
        return try best + proveEntries(scene)
    }

    private func prove(_ partition: EFISystemPartition, _ scene: BootScene) throws(RecoveryError) -> [Proof] {
        var proofs = [Proof("\(partition.name) is an EFI system partition with a FAT file system", holds: true)]
        let path = BootChain.fallback
        let chain = try BootChain.follow(path, partition.files)
        proofs.append(
            Proof(
                "\(path) on \(partition.name) is an x86-64 UEFI program", holds: chain.first != nil,
                detail: chain.first == nil
                    ? "\(chain.problem ?? ""). Firmware without an entry of its own starts nothing." : ""))
        guard let first = chain.first else { return proofs }
        proofs.append(
            Proof(
                "\(path) leads to \(chain.loader?.path ?? "a boot loader")",
                holds: chain.loader != nil && chain.loader?.image.loader != .other,
                detail: chain.problem
                    ?? (chain.loader?.image.loader == .other ? "It is no loader that Lifeboat knows." : "")))
        if scene.system.machine.isSecureBootEnforced {
            proofs.append(
                Proof(
                    "\(path) carries a signature, which Secure Boot of this machine asks for",
                    holds: first.hasSignature,
                    detail: first.hasSignature
                        ? ""
                        : "Switch Secure Boot off, or install shim-signed in the restored system and run this again."))
        }
        guard let loader = chain.loader else { return proofs }
        switch loader.image.loader {
        case .grub: proofs += try proveGRUB(loader, partition, scene)
        case .systemdBoot:
            let menu = try BootMenu.systemdBoot(partition.files)
            proofs.append(
                try prove(menu) { path throws(RecoveryError) in
                    try partition.files.contents(of: path).map { UInt64($0.count) }
                })
        default: break
        }
        return proofs
    }

    private func proveGRUB(
        _ loader: (path: String, image: PEImage, grub: GRUBImage?), _ partition: EFISystemPartition, _ scene: BootScene
    ) throws(RecoveryError) -> [Proof] {
        let statement = "GRUB (\(loader.path)) finds the restored system's menu"
        guard let grub = loader.grub else {
            return [Proof(statement, holds: false, detail: "What is built into it cannot be read.")]
        }
        let found = try GRUBConfiguration.find(grub, beside: loader.path, partition, scene)
        let detail =
            switch found {
            case .system, .onPartition: ""
            case .missing(let path): "\(path ?? "Its configuration") is missing on \(partition.name)."
            case .other(let what): "It reads \(what), which is not the restored system's."
            }
        var proofs = [Proof(statement, holds: detail.isEmpty, detail: detail)]
        guard detail.isEmpty, let place = scene.place else { return proofs }
        var menu = try BootMenu.grub(place, scene.system.tree)
        // The rescue image's GRUB is Debian's, which has no blscfg.
        if menu.isBLS, grub.prefix == "/EFI/debian" {
            menu.problem = "The menu is made by blscfg, which Debian's GRUB does not have."
        }
        proofs.append(try prove(menu, scene))
        return proofs
    }

    /// What BIOS firmware does: sector 0 of the first disk that has code in it, and what it names.
    func proveBIOS(_ scene: BootScene) throws(RecoveryError) -> [Proof] {
        for disk in scene.disks {
            switch try InstalledBootCode.find(disk) {
            case .none: continue
            case .broken(let why):
                return [Proof("the boot code of \(disk.path) finds GRUB's core.img", holds: false, detail: "\(why).")]
            case .other:
                let active = disk.table.partitions.filter(\.isActive).count
                let isJudged = disk.table.kind == .mbr
                return [
                    Proof("the first sector of \(disk.path) has boot code", holds: true, detail: "It is not GRUB's."),
                    Proof(
                        "one partition of \(disk.path) is active, for boot code that starts it",
                        holds: !isJudged || active == 1,
                        detail: !isJudged || active == 1 ? "" : "\(active) partitions are active."),
                ]
            case .grub(let core):
                var proofs = [
                    Proof(
                        "the boot code of \(disk.path) finds GRUB's core.img at block \(core.lowerBound)", holds: true),
                    proveRoom(core, disk),
                ]
                guard let place = scene.place else {
                    proofs.append(
                        Proof("the restored system has /boot/grub/grub.cfg", holds: false, detail: "GRUB has no menu."))
                    return proofs
                }
                var menu = try BootMenu.grub(place, scene.system.tree)
                // Which commands a core.img has cannot be seen; where blscfg is no module of the system's GRUB, it is Debian's.
                let modules = ["/usr/lib/grub/i386-pc", "\(place.directory)/i386-pc"]
                if menu.isBLS, !modules.contains(where: { scene.system.tree.contains("\($0)/blscfg.mod") }) {
                    menu.problem = "The menu is made by blscfg, and the restored system has no GRUB for BIOS with it."
                }
                proofs.append(try prove(menu, scene))
                return proofs
            }
        }
        return [
            Proof(
                "a restored disk has boot code for BIOS", holds: false,
                detail: "The first sectors are empty: BIOS firmware starts nothing.")
        ]
    }

    /// core.img must lie where nothing else is written: a BIOS boot partition, or before the first partition.
    private func proveRoom(_ core: Range<UInt64>, _ disk: BootDisk) -> Proof {
        let owner = disk.table.partitions.first { $0.blocks.overlaps(core) }
        let isInside = owner.map {
            $0.purpose == .biosBoot && $0.blocks.contains(core.lowerBound) && $0.blocks.upperBound >= core.upperBound
        }
        let detail =
            owner == nil || isInside == true
            ? "" : "Blocks \(core) overlap \(disk.name(owner ?? disk.table.partitions[0])), which is not only GRUB's."
        return Proof("core.img on \(disk.path) lies in room of its own", holds: detail.isEmpty, detail: detail)
    }

    private func prove(_ menu: BootMenu, _ scene: BootScene) throws(RecoveryError) -> Proof {
        try prove(menu) { path throws(RecoveryError) in try BootMenu.size(of: path, scene.system) }
    }

    private func prove(
        _ menu: BootMenu, sizes: (String) throws(RecoveryError) -> UInt64?
    ) throws(RecoveryError) -> Proof {
        let statement = "the default entry of \(menu.source) names a kernel and an initramfs that are there"
        if let problem = menu.problem { return Proof(statement, holds: false, detail: problem) }
        guard let entry = menu.defaultEntry, !entry.kernels.isEmpty else {
            return Proof(statement, holds: false, detail: "It has no entry that starts a kernel.")
        }
        let missing = try BootMenu.missing(entry, sizes: sizes)
        let files = (entry.kernels + entry.initramfs).joined(separator: ", ")
        return Proof(
            "\(statement): \(files)", holds: missing.isEmpty,
            detail: missing.isEmpty ? "" : "\(missing.joined(separator: ", ")) (\"\(entry.title)\").")
    }
}
