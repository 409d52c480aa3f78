package import BlockDevices

/// Finds the volumes of one disk; see `volumes(on:)`.
package func volumes(of disk: any BlockSource) -> [Volume] { volumes(on: [disk]) }

/// Finds what may hold a file system on some disks of one machine: partitions or the bare disk, linear LVM2 logical
/// volumes and what lies in them, and extents that belong to no logical volume.
///
/// A volume group counts only when all of its physical volumes are among the disks and their metadata agrees. What is
/// not understood becomes an opaque volume that says why; nothing throws, because a capture can always read it whole.
/// Blocks; writes nothing and activates nothing.
package func volumes(on disks: [any BlockSource]) -> [Volume] {
    var finder = VolumeFinder(disks)
    finder.search()
    return finder.volumes
}
