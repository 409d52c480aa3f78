internal import BlockDevices
internal import LinuxSystem

/// Makes volumes of restored disks larger by their own tools. No file system of these disks may be mounted meanwhile; what is
/// opened for it is closed again.
struct VolumeGrower {
    let disks: [TargetMachine.Disk]
    let keyring: Keyring

    /// Brings the journal to rest and asks the checker. Throws `failed` when it finds what it would have to ask about.
    func check(_ place: GrowthPlace, _ kind: GrowingFileSystem) throws(RecoveryError) {
        try open(place) { volume throws(RecoveryError) in
            if kind == .xfs || kind == .btrfs { try mounted(volume) { _ throws(RecoveryError) in } }
            // 1: mended what asks nothing, as at every start.
            try judge(volume, kind, mending: true)
        }
    }

    /// While it is mounted: the kernel keeps it whole when the power fails. Then asks the checker.
    func grow(_ place: GrowthPlace, _ kind: GrowingFileSystem) throws(RecoveryError) {
        try open(place) { volume throws(RecoveryError) in
            switch kind {
            case .ext2, .ext3, .ext4: try growExt(volume, kind)
            case .xfs:
                try mounted(volume) { directory throws(RecoveryError) in
                    try run(["xfs_growfs", "-d", directory], for: volume)
                }
            case .btrfs:
                let words = ["btrfs", "filesystem", "resize", "\(try number(volume)):max"]
                try mounted(volume) { directory throws(RecoveryError) in try run(words + [directory], for: volume) }
            }
            try judge(volume, kind, mending: false)
        }
    }

    /// The kernel refuses to grow some that are mounted: without room for more group descriptors, or without the capability
    /// for it (CAP_SYS_RESOURCE). Then nothing of them was changed, and they are grown unmounted.
    private func growExt(_ volume: RestoredSystem.Volume, _ kind: GrowingFileSystem) throws(RecoveryError) {
        let words = ["resize2fs", volume.device]
        do throws(RecoveryError) {
            try mounted(volume) { _ throws(RecoveryError) in try run(words, for: volume) }
        } catch {
            // resize2fs wants it checked since it was mounted last.
            try judge(volume, kind, mending: true)
            try run(words, for: volume)
        }
    }

    func growPhysicalVolume(_ place: GrowthPlace) throws(RecoveryError) {
        let access = try lvm()
        guard let device = access.device(of: place) else {
            throw RecoveryError(
                .failed, "The LVM physical volume that was to grow is not there any more.", wroteAnything: true)
        }
        try access.run(["pvresize", device])
    }

    func extendLogicalVolume(_ name: String) throws(RecoveryError) {
        try lvm().run(["lvextend", "--extents", "+100%FREE", name])
    }

    private func lvm() throws(RecoveryError) -> LVMAccess {
        let machine = TargetMachine(firmware: .bios, disks: disks)
        return try LVMAccess(
            try disks.enumerated().map { number, disk throws(RecoveryError) in
                try GrowingDisk(number, disk, reserve: 0)
            }, machine, isReadOnly: false)
    }

    /// Opens the disks' volumes anew: with the sizes that their tables and groups give them now.
    private func open(
        _ place: GrowthPlace, _ body: (RestoredSystem.Volume) throws(RecoveryError) -> Void
    ) throws(RecoveryError) {
        let stack = try StorageStack(disks, isReadOnly: false, keyring: keyring)
        defer { extendLifetime(stack) }
        // The kernel knows a btrfs by the devices that were announced last.
        for volume in stack.volumes where volume.superblock.type == "btrfs" {
            do throws(SystemCallError) { try Files.announceBtrfs(volume.device) } catch {
                throw RecoveryError(.failed, "\(volume.description) could not be announced to btrfs.", cause: error)
            }
        }
        let found = stack.volumes.first { volume in
            switch place {
            case .disk(let number): volume.disk == number && volume.partition == nil
            case .partition(let disk, let number): volume.disk == disk && volume.partition == number
            case .logicalVolume(let name): volume.stableNames.contains("/dev/\(name)")
            }
        }
        guard let found else {
            throw RecoveryError(
                .failed, (["What was to grow cannot be opened: \(place)."] + stack.warnings).joined(separator: " "),
                wroteAnything: true)
        }
        try body(found)
    }

    private func mounted(
        _ volume: RestoredSystem.Volume, _ body: (String) throws(RecoveryError) -> Void
    ) throws(RecoveryError) {
        do {
            let directory = try WorkDirectory.path("grow")
            // Empty then; it lies in a directory that goes with the machine's run time.
            defer { _ = try? Files.removeDirectory(directory) }
            try Files.makeDirectories(directory, mode: 0o700)
            do {
                let mount = try FileSystemMount.mount(volume, at: directory, isReadOnly: false)
                defer { extendLifetime(mount) }
                try body(directory)
                try Files.synchronizeFileSystem(of: directory)
            }
        } catch let error as RecoveryError { throw error } catch {
            throw RecoveryError(
                .failed, "\(volume.description) cannot be mounted to grow it: \(error). It is as large as before.",
                wroteAnything: true)
        }
    }

    private func judge(
        _ volume: RestoredSystem.Volume, _ kind: GrowingFileSystem, mending: Bool
    ) throws(RecoveryError) {
        switch kind {
        case .ext2, .ext3, .ext4:
            try run(
                ["e2fsck", "-f", mending ? "-p" : "-n", volume.device], for: volume, allowed: mending ? [0, 1] : [0])
        case .xfs: try run(["xfs_repair", "-n", volume.device], for: volume)
        case .btrfs: try run(["btrfs", "check", "--readonly", volume.device], for: volume)
        }
    }

    /// The number of this device in its btrfs.
    private func number(_ volume: RestoredSystem.Volume) throws(RecoveryError) -> UInt64 {
        let reader = DiskReader(TargetMachine.Disk(path: volume.device, sizeInBytes: .max, logicalSectorSize: 512))
        guard let found = GrowingFileSystem.btrfs(try reader.bytes(at: 65_536, count: 4_096)) else {
            throw RecoveryError(.failed, "The superblock of the btrfs on \(volume.description) cannot be read.")
        }
        return found.device
    }

    private func run(
        _ words: [String], for volume: RestoredSystem.Volume, allowed: Set<Int32> = [0]
    ) throws(RecoveryError) {
        do {
            let result = try ChildProcess.run(words, environment: nil)
            if case .exited(let status) = result.status, allowed.contains(status) { return }
            let said = String(decoding: result.output, as: UTF8.self).suffix(400) + " " + result.errorText.suffix(400)
            throw RecoveryError(
                .failed,
                "\(words.joined(separator: " ")) of \(volume.description) ended with \(result.status): \(said)",
                wroteAnything: true)
        } catch let error as RecoveryError { throw error } catch {
            throw RecoveryError(.failed, "\(words[0]) cannot be run for \(volume.description): \(error).")
        }
    }
}
