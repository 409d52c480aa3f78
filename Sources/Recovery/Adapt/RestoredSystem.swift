package import BlockDevices
package import Inventory

/// A restored system with its file systems mounted, as the steps of the adaptation see it.
package struct RestoredSystem: Sendable {
    /// A file system or swap space on the restored disks: a partition, a logical volume, an array.
    package struct Volume: Hashable, Sendable {
        /// "partition 3 of /dev/nvme0n1", "logical volume vg0/root".
        package var description: String
        /// The device by which it can be opened here.
        package var device: String
        package var superblock: Superblock
        /// PARTUUID in lower case, where it is a partition with one.
        package var partitionUUID: String?
        /// GPT name of the partition.
        package var partitionName: String?
        /// Type of the partition: GUID in lower case, or "0x83".
        package var partitionType: String?
        /// The disk (index into `machine.disks`) and the number of the partition that it is, or nil for anything stacked.
        package var disk: Int?
        package var partition: Int?
        /// "/dev/mapper/vg0-root" and "/dev/vg0/root", "/dev/md0": by what names besides UUIDs the system knows it.
        package var stableNames: [String]
        /// Where the restored system mounts it ("/", "/boot", "/boot/efi"); nil when it does not, or it is swap.
        package var mountPoint: String?

        package init(
            description: String, device: String, superblock: Superblock, partitionUUID: String? = nil,
            partitionName: String? = nil, partitionType: String? = nil, disk: Int? = nil, partition: Int? = nil,
            stableNames: [String] = [], mountPoint: String? = nil
        ) {
            self.description = description
            self.device = device
            self.superblock = superblock
            self.partitionUUID = partitionUUID
            self.partitionName = partitionName
            self.partitionType = partitionType
            self.disk = disk
            self.partition = partition
            self.stableNames = stableNames
            self.mountPoint = mountPoint
        }
    }

    /// Its root with everything below it that is needed to start (/boot, /boot/efi, /usr, /var where they are apart).
    package var tree: SystemTree
    package var volumes: [Volume]
    package var arrays: [RestoredArray]
    package var caches: [RestoredCache]
    package var machine: TargetMachine
    /// The machine that was captured; nil when its description is missing or foreign.
    package var source: MachineDescription?
    /// What more is known of it where it is Windows; nil for Linux.
    package var windows: WindowsSystem?

    package init(
        tree: SystemTree, volumes: [Volume], arrays: [RestoredArray] = [], caches: [RestoredCache] = [],
        machine: TargetMachine,
        source: MachineDescription?, windows: WindowsSystem? = nil
    ) {
        self.tree = tree
        self.volumes = volumes
        self.arrays = arrays
        self.caches = caches
        self.machine = machine
        self.source = source
        self.windows = windows
    }

    package var rootVolume: Volume? { volumes.first { $0.mountPoint == "/" } }
}
