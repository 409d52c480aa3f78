package import BlockDevices
package import Inventory
internal import LinuxSystem

/// How a restore looks at targets and opens them: the machine, or what a test puts in its place.
package struct TargetAccess: Sendable {
    /// What is at a path. Changes nothing.
    package var look: @Sendable (_ path: String) -> TargetFacts
    /// Opens a target for writing and nobody else; creates an image file of `size` bytes when there is none. Writes nothing.
    package var open: @Sendable (_ path: String, _ size: UInt64) throws(BlockDeviceError) -> any BlockTarget
    /// Disks that a confirmation of these targets must not fit as well.
    package var rivals: @Sendable (_ facts: TargetFacts) -> [TargetIdentity]
    /// Disks of this machine that are none of these targets: what the restored system would see beside its own.
    package var bystanders: @Sendable (_ targets: [TargetFacts]) -> [PresentDisk]
    /// Makes the kernel see the new partitions. After the target was closed.
    package var rereadPartitions: @Sendable (_ path: String) -> Void

    package init(
        look: @escaping @Sendable (String) -> TargetFacts,
        open: @escaping @Sendable (String, UInt64) throws(BlockDeviceError) -> any BlockTarget,
        rivals: @escaping @Sendable (TargetFacts) -> [TargetIdentity] = { _ in [] },
        bystanders: @escaping @Sendable ([TargetFacts]) -> [PresentDisk] = { _ in [] },
        rereadPartitions: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.look = look
        self.open = open
        self.rivals = rivals
        self.bystanders = bystanders
        self.rereadPartitions = rereadPartitions
    }

    /// This machine, seen by a restore from the repository at `location`.
    package static func machine(repositoryAt location: String) -> TargetAccess {
        let survey = TargetSurvey(repositoryAt: location)
        return TargetAccess(
            look: { survey.look(at: $0) },
            open: { path, size throws(BlockDeviceError) in try RawDisk.openTarget(path, sizeIfAbsent: size) },
            rivals: { survey.rivals(of: $0) },
            bystanders: { targets in
                TwinSearch.bystanders(
                    of: targets.filter { $0.kind == .device }.map(\.path), among: survey.present)
            },
            rereadPartitions: { path in
                // An image file has no partitions to read, and a busy disk shows them after the reboot.
                try? FileDescriptor(path).rereadPartitionTable()
            })
    }
}
