internal import Buffers
internal import LinuxSystem
internal import Registry

extension WindowsBootStep {
    /// Windows' boot manager in the EFI system partition, its fallback, the firmware's entry, the boot configuration.
    func proveUEFI(_ scene: WindowsBootScene) throws(RecoveryError) -> [Proof] {
        guard let partition = scene.partition, let bytes = try partition.files.contents(of: Self.manager) else {
            let place = scene.partition.map { "\($0.name) is one, without it." } ?? "There is none that can be read."
            return [
                Proof(
                    "an EFI system partition has Windows' boot manager (\(Self.manager))", holds: false,
                    detail:
                        "\(place) Windows that was installed for BIOS does not "
                        + "start by UEFI, and Lifeboat does not convert it: switch the firmware to BIOS (CSM), or run mbr2gpt in "
                        + "Windows where it starts.")
            ]
        }
        let image = PEImage(bytes)
        let fallback = try partition.files.contents(of: BootChain.fallback)
        let hasFallback = fallback.map { PEImage($0) != nil } ?? false
        var proofs = [
            Proof(
                "\(Self.manager) on \(partition.name) is an x86-64 UEFI program", holds: image != nil,
                detail: image == nil ? "It is damaged, or for another processor." : ""),
            Proof(
                "\(BootChain.fallback) on \(partition.name) is there for firmware without an entry", holds: hasFallback,
                detail: hasFallback ? "" : "Firmware that does not know this disk starts nothing."),
        ]
        if scene.system.machine.isSecureBootEnforced {
            proofs.append(
                Proof(
                    "\(Self.manager) carries a signature, which Secure Boot of this machine asks for",
                    holds: image?.hasSignature == true,
                    detail: image?.hasSignature == true ? "" : "Switch Secure Boot off, or restore another moment."))
        }
        if let firmwareVariables, let variables = FirmwareVariables(in: firmwareVariables) {
            let open = planner(variables, scene).plan([wanted(partition)])
            proofs.append(
                Proof(
                    "this machine's firmware knows Windows' boot manager and starts it first", holds: open.isEmpty,
                    detail: open.map(\.reason).joined(separator: "; ")))
        }
        let path = "/EFI/Microsoft/Boot/BCD"
        return try proofs
            + prove(try partition.files.contents(of: path), "\(path) on \(partition.name)", suffix: ".efi", scene)
    }

    /// The MBR's code, the active partition's boot sector, bootmgr beside it, the boot configuration.
    func proveBIOS(_ scene: WindowsBootScene) throws(RecoveryError) -> [Proof] {
        guard let disk = scene.disk, disk.table.kind == .mbr else {
            return [
                Proof(
                    "the disk with Windows has an MBR, from which BIOS starts", holds: false,
                    detail:
                        "Windows on a GPT was installed for UEFI, and Lifeboat does not convert it: switch the firmware to "
                        + "UEFI.")
            ]
        }
        let sector = try disk.reader.bytes(at: 0, count: 440)
        let active = disk.table.partitions.filter(\.isActive)
        var proofs = [
            Proof(
                "the first sector of \(disk.path) has boot code", holds: sector.contains { $0 != 0 },
                detail: sector.contains { $0 != 0 } ? "" : "It is empty: BIOS firmware starts nothing."),
            Proof(
                "one partition of \(disk.path) is active", holds: active.count == 1,
                detail: active.count == 1 ? "" : "\(active.count) are."),
        ]
        guard let partition = active.first, active.count == 1 else { return proofs }
        proofs.append(try proveBootSector(partition, disk))
        let tree: SystemTree? =
            scene.volume?.partition == partition.number ? scene.system.tree : scene.windows.bootVolume?.tree
        guard let tree else {
            proofs.append(
                Proof(
                    "\(disk.name(partition)), which is active, can be looked into", holds: false,
                    detail: "It is not NTFS, or ntfs-3g refuses it."))
            return proofs
        }
        let files = ESPFiles(.mounted(tree, at: "/"))
        let manager = try tree.looking { tree throws(SystemCallError) in try tree.spelled("/bootmgr") }
        proofs.append(
            Proof(
                "\(disk.name(partition)) holds bootmgr", holds: manager != nil,
                detail: manager == nil ? "Its boot sector starts nothing." : ""))
        let path = "/Boot/BCD"
        return try proofs
            + prove(try files.contents(of: path), "\(path) on \(disk.name(partition))", suffix: ".exe", scene)
    }

    /// Windows' code for NTFS loads bootmgr by name from the block where the sector says that its volume begins.
    private func proveBootSector(_ partition: BootPartition, _ disk: BootDisk) throws(RecoveryError) -> Proof {
        let code = try disk.reader.bytes(at: disk.offset(partition), count: 8_192)
        let statement = "the boot sector of \(disk.name(partition)) starts bootmgr"
        let wide = Array("BOOTMGR".utf8).flatMap { [$0, UInt8(0)] }
        guard code[510] == 0x55, code[511] == 0xaa, code.contains(Array("BOOTMGR".utf8)) || code.contains(wide) else {
            return Proof(
                statement, holds: false,
                detail: "It has no code of Windows: \"bootsect /nt60\" of Windows' own medium writes it.")
        }
        let start = code.littleEndian(UInt32.self, at: 28)
        return Proof(
            statement, holds: UInt64(start) == partition.blocks.lowerBound,
            detail: UInt64(start) == partition.blocks.lowerBound
                ? "" : "It says that it begins at block \(start), and it begins at \(partition.blocks.lowerBound).")
    }

    /// The default entry leads to Windows' volume and to a loader that is there.
    private func prove(
        _ bytes: [UInt8]?, _ name: String, suffix: String, _ scene: WindowsBootScene
    ) throws(RecoveryError) -> [Proof] {
        let statement = "the boot configuration (\(name)) has a default entry"
        let advice = "\"bcdboot \(scene.windows.directory.dropFirst())\" of Windows' own medium makes a new one."
        guard let bytes else { return [Proof(statement, holds: false, detail: "It is missing. \(advice)")] }
        let configuration: BootConfiguration
        do throws(RegistryError) { configuration = try BootConfiguration(bytes, name: "BCD") } catch {
            return [Proof(statement, holds: false, detail: "\(error). \(advice)")]
        }
        guard let entry = configuration.defaultEntry else {
            return [Proof(statement, holds: false, detail: "It names none that is there. \(advice)")]
        }
        let title = entry.title.map { "\"\($0)\"" } ?? entry.identifier
        let program = entry.program ?? ""
        var missing = ""
        if !program.lowercased().hasSuffix(suffix) {
            missing =
                "It names \(program.isEmpty ? "no program" : program), and this firmware needs one that ends with \(suffix)."
        } else if try !scene.holds(program) {
            missing = "\(program) is missing."
        }
        return [
            Proof("\(statement): \(title)", holds: true),
            prove(entry.device, "its program", scene), prove(entry.systemDevice, "Windows", scene),
            Proof("its program \(program) is on Windows' volume", holds: missing.isEmpty, detail: missing),
        ]
    }

    private func prove(_ device: BootConfigurationDevice?, _ what: String, _ scene: WindowsBootScene) -> Proof {
        let statement = "the place where the default entry looks for \(what) is Windows' volume"
        guard let device else {
            return Proof(statement, holds: false, detail: "It names no device that is understood.")
        }
        switch device {
        case .located: return Proof(statement, holds: true, detail: "It is found by its files.")
        case .boot, .other:
            return Proof(statement, holds: false, detail: "It names a device of another kind (\(device)).")
        case .gptPartition, .mbrPartition:
            guard let found = scene.find(device) else {
                return Proof(
                    statement, holds: false,
                    detail: "No restored disk has this partition with this disk's identity (\(device))."
                        + (hasLogical(scene) ? " Logical partitions are not looked at." : ""))
            }
            let isIt = found.disk.number == scene.volume?.disk && found.partition.number == scene.volume?.partition
            return Proof(
                statement, holds: isIt, detail: isIt ? "" : "It is \(found.disk.name(found.partition)), another one.")
        }
    }
}

private func hasLogical(_ scene: WindowsBootScene) -> Bool {
    scene.disks.contains { disk in disk.table.partitions.contains { $0.purpose == .extended } }
}

extension [UInt8] {
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        indices.dropLast(part.count - 1).contains { self[$0..<$0 + part.count].elementsEqual(part) }
    }
}
