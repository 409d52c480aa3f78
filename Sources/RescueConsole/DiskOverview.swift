package import BlockDevices
package import Inventory

/// A disk of this machine, and who uses each of its partitions.
package struct DiskOverview: Hashable, Sendable {
    package var disk: PresentDisk
    /// By the partition's number: everything that is stacked on it is looked through.
    package var uses: [Int: DiskUse]

    package init(_ disk: PresentDisk, uses: [Int: DiskUse] = [:]) {
        self.disk = disk
        self.uses = uses
    }
}
