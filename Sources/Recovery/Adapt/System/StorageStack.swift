internal import BlockDevices
internal import FileSystems
internal import LinuxSystem

/// The volumes on restored disks, each opened as a device of its own: partitions, arrays, containers, logical volumes.
///
/// Only the disks that are given are looked at, through loop devices: nothing of any other disk is activated, whatever name
/// or UUID it shares with these. What is opened is closed with its owner, in reverse.
final class StorageStack {
    let isReadOnly: Bool
    let disks: [TargetMachine.Disk]
    let keyring: Keyring
    var volumes: [RestoredSystem.Volume] = []
    var arrays: [RestoredArray] = []
    var caches: [RestoredCache] = []
    var warnings: [String] = []
    /// In the order in which they were opened.
    private var owned: [AnyObject] = []
    private var pending: [RestoredSystem.Volume] = []
    /// Linear logical volumes directly on the disks, as their metadata describes them; read before anything was opened.
    private(set) var linear: [FileSystems.Volume] = []
    /// Devices of bcache that were found and not opened yet: caches by their set, and backing devices.
    var cacheDevices: [String: [String]] = [:]
    var backingDevices: [BackingDevice] = []

    /// Opens everything. Throws `failed` when a disk cannot be looked at, and what asking for a passphrase throws; parts that
    /// cannot be opened are warnings.
    init(_ disks: [TargetMachine.Disk], isReadOnly: Bool, keyring: Keyring) throws(RecoveryError) {
        self.disks = disks
        self.isReadOnly = isReadOnly
        self.keyring = keyring
        try readLayout()
        for number in disks.indices { try lookAt(disk: number) }
        // Each round opens what the one before found: an array on partitions, a container on that, volumes on that.
        for _ in 0..<8 {
            // What is cached comes once all its caches can be known.
            if pending.isEmpty { openCaches() }
            guard !pending.isEmpty else { break }
            let found = pending
            pending = []
            volumes += found.filter { !Self.members.contains($0.superblock.type) }
            assembleArrays(found.filter { $0.superblock.type == "linux_raid_member" })
            collectCaches(found.filter { $0.superblock.type == "bcache" })
            try openContainers(found.filter { $0.superblock.type == "crypto_LUKS" })
            openLogicalVolumes(found.filter { $0.superblock.type == "LVM2_member" })
        }
    }

    deinit { while owned.popLast() != nil {} }

    /// Parts of something stacked. A container is listed beside what is in it: crypttab names it.
    private static let members: Set<String> = ["linux_raid_member", "LVM2_member", "bcache"]

    func own(_ object: AnyObject) { owned.append(object) }

    func warn(_ text: String) { warnings.append(text) }

    /// Opens the disks exclusively for a moment: what somebody else uses is not adapted.
    private func readLayout() throws(RecoveryError) {
        var sources: [any BlockSource] = []
        for disk in disks {
            do throws(BlockDeviceError) { sources.append(try RawDisk.openSource(disk.path)) } catch {
                throw RecoveryError(.failed, error.message, cause: error.cause)
            }
        }
        linear = FileSystems.volumes(on: sources).filter { $0.logicalName != nil }
    }

    private func lookAt(disk number: Int) throws(RecoveryError) {
        let disk = disks[number]
        let contents: DiskContents
        do throws(BlockDeviceError) {
            contents = try Probe(disk.path, logicalSectorSize: disk.logicalSectorSize).contents()
        } catch {
            throw RecoveryError(.failed, "Cannot look at \(disk.path): \(error.message)", cause: error)
        }
        guard contents.table != nil else {
            for superblock in contents.signatures.all.prefix(1) {
                attach(
                    RestoredSystem.Volume(
                        description: disk.path, device: "", superblock: superblock, disk: number),
                    disk.path, 0..<disk.sizeInBytes)
            }
            return
        }
        for partition in contents.partitions where !partition.isExtended {
            guard case .one(let superblock) = partition.signatures else { continue }
            let isGPT = contents.table?.kind == "gpt"
            attach(
                RestoredSystem.Volume(
                    description: "partition \(partition.number) of \(disk.path)", device: "", superblock: superblock,
                    partitionUUID: partition.uuid?.lowercased(), partitionName: isGPT ? partition.name : nil,
                    partitionType: partition.type, disk: number, partition: partition.number),
                disk.path, partition.range)
        }
    }

    /// Makes a run of a disk a device and looks at it in the next round.
    private func attach(_ volume: RestoredSystem.Volume, _ path: String, _ range: Range<UInt64>) {
        do throws(SystemCallError) {
            let loop = try LoopDevice(
                path, offset: range.lowerBound, length: range.upperBound - range.lowerBound, isReadOnly: isReadOnly)
            own(loop)
            var volume = volume
            volume.device = loop.path
            pending.append(volume)
        } catch { warn("\(volume.description) cannot be opened: \(error)") }
    }

    /// A device that was made of others: what is on it comes in the next round.
    func add(_ device: String, _ description: String, stableNames: [String]) {
        let contents: DiskContents
        do throws(BlockDeviceError) { contents = try Probe(device).contents() } catch {
            return warn("\(description) cannot be looked at: \(error.message)")
        }
        for superblock in contents.signatures.all.prefix(1) where contents.table == nil {
            pending.append(
                RestoredSystem.Volume(
                    description: description, device: device, superblock: superblock, stableNames: stableNames))
        }
        for partition in contents.partitions where !partition.isExtended {
            guard case .one(let superblock) = partition.signatures else { continue }
            attach(
                RestoredSystem.Volume(
                    description: "partition \(partition.number) of \(description)", device: "", superblock: superblock,
                    partitionUUID: partition.uuid?.lowercased(), partitionName: partition.name,
                    partitionType: partition.type,
                    stableNames: stableNames.map { "\($0)p\(partition.number)" }),
                device, partition.range)
        }
    }

    /// A linear logical volume that lies in one piece on a disk needs no device mapper.
    func attachLinear(_ volume: FileSystems.Volume) {
        guard let name = volume.logicalName, volume.runs.count == 1, let run = volume.runs.first else { return }
        do throws(SystemCallError) {
            let loop = try LoopDevice(
                disks[run.disk].path, offset: run.diskOffset, length: run.length, isReadOnly: isReadOnly)
            own(loop)
            add(loop.path, "logical volume \(name)", stableNames: Self.names(ofLogicalVolume: name))
        } catch { warn("Logical volume \(name) cannot be opened: \(error)") }
    }

    /// "vg0/root" → "/dev/vg0/root" and "/dev/mapper/vg0-root", in which a hyphen of a name is written twice.
    static func names(ofLogicalVolume name: String) -> [String] {
        let doubled = name.split(separator: "/").map { part in
            part.split(separator: "-", omittingEmptySubsequences: false).joined(separator: "--")
        }
        return ["/dev/\(name)", "/dev/mapper/\(doubled.joined(separator: "-"))"]
    }
}
