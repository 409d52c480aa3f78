import BlockDevices
import Inventory
import LinuxSystem
import Recovery

/// The files of a restored system in a temporary directory, with the machines it came from and goes to.
final class RestoredFiles {
    let root: String
    var volumes: [RestoredSystem.Volume]
    var machine: TargetMachine
    var source: MachineDescription?

    init(
        _ files: [String: String], volumes: [RestoredSystem.Volume] = [], machine: TargetMachine = .machine(),
        source: MachineDescription? = nil
    ) throws {
        let name = try RunningSystem.randomBytes(6).map { String($0, radix: 16) }.joined()
        root = "/var/tmp/lifeboat-test-\(name)"
        self.volumes = volumes
        self.machine = machine
        self.source = source
        try Files.makeDirectories(root)
        for (path, text) in files { try write(Array(text.utf8), to: path) }
    }

    deinit { _ = try? ChildProcess.run(["rm", "-rf", "--one-file-system", root]) }

    func write(_ bytes: [UInt8], to path: String) throws {
        try Files.makeDirectories(Files.parent(of: root + path))
        try Files.write(bytes, to: root + path)
    }

    var system: RestoredSystem {
        RestoredSystem(tree: SystemTree(root: root), volumes: volumes, machine: machine, source: source)
    }

    subscript(path: String) -> String? {
        (try? Files.contents(of: root + path)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Plans, carries out what are changes of files, and plans again, which must change nothing more.
    @discardableResult
    func adapt(with step: some AdaptationStep) throws -> AdaptationPlan {
        let plan = try step.plan(system)
        for change in plan.changes { try carryOut(change) }
        let rest = try step.plan(system).changes
        guard rest.isEmpty else { throw NotIdempotent(reasons: rest.map(\.reason)) }
        return plan
    }

    private func carryOut(_ change: AdaptationChange) throws {
        switch change.action {
        case .write(let path, let bytes, let mode): try system.tree.write(bytes, to: path, mode: mode)
        case .remove(let path): try system.tree.remove(path)
        case .overwrite, .writeVolume: try ChangeExecutor(system: system).carryOut(change)
        default: throw NotIdempotent(reasons: [change.reason])
        }
    }

    struct NotIdempotent: Error { var reasons: [String] }
}

extension TargetMachine {
    static func machine(
        disks: [String] = ["/dev/nvme0n1"], interfaces: [NetworkInterface] = []
    ) -> TargetMachine {
        TargetMachine(
            firmware: .uefi, disks: disks.map { Disk(path: $0, sizeInBytes: 64 << 30, logicalSectorSize: 512) },
            networkInterfaces: interfaces)
    }
}

extension RestoredSystem.Volume {
    /// A file system in a partition of the restored disk.
    static func partition(
        _ number: Int, _ type: String, _ uuid: String, disk: Int = 0, at mountPoint: String? = nil,
        partitionUUID: String? = nil, label: String? = nil
    ) -> RestoredSystem.Volume {
        RestoredSystem.Volume(
            description: "partition \(number) of disk \(disk)", device: "/dev/restored\(disk)p\(number)",
            superblock: Superblock(
                type: type, usage: type == "crypto_LUKS" ? .crypto : .filesystem, uuid: uuid, label: label),
            partitionUUID: partitionUUID, disk: disk, partition: number, mountPoint: mountPoint)
    }

    static func stacked(_ names: [String], _ type: String, _ uuid: String, at mountPoint: String? = nil) -> Self {
        RestoredSystem.Volume(
            description: "logical volume", device: names[0],
            superblock: Superblock(type: type, usage: .filesystem, uuid: uuid), stableNames: names,
            mountPoint: mountPoint)
    }
}

extension MachineDescription {
    static func source(
        disks: [DiskDescription] = [], interfaces: [NetworkInterface] = []
    ) -> MachineDescription {
        MachineDescription(
            hostName: "web01", capturedAt: "2026-11-20T02:00:00Z", firmware: Firmware(mode: .bios, evidence: ""),
            disks: disks,
            networkInterfaces: interfaces)
    }
}

extension DiskDescription {
    /// A disk whose partitions are (number, type of superblock, UUID); an empty type is an empty partition.
    static func disk(
        _ path: String, number: Int = 0, names: [String] = [], _ partitions: [(Int, String, String)]
    ) -> DiskDescription {
        DiskDescription(
            number: number, path: path, identity: DiskIdentity(stableNames: names), sizeInBytes: 64 << 30,
            partitions: partitions.map { number, type, uuid in
                PartitionDescription(
                    number: number, startInBytes: UInt64(number) << 20, sizeInBytes: 1 << 20, type: "0x83",
                    uuid: "0badcafe-0\(number)",
                    signatures: type.isEmpty
                        ? [] : [SignatureDescription(type: type, usage: Self.usage(type), uuid: uuid)])
            })
    }

    private static func usage(_ type: String) -> String {
        switch type {
        case "crypto_LUKS": "crypto"
        case "linux_raid_member", "LVM2_member": "raid"
        default: "filesystem"
        }
    }
}
