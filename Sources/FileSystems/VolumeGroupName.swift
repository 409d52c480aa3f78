package import BlockDevices

/// The name of the LVM volume group whose metadata the physical volume in a range of a disk holds; nil where it holds none that
/// can be read. Reads at most a few megabytes.
package func volumeGroupName(of physicalVolume: Range<UInt64>, on disk: any BlockSource) -> String? {
    guard !physicalVolume.isEmpty else { return nil }
    let run = Volume.Run(
        volumeOffset: 0, diskOffset: physicalVolume.lowerBound,
        length: physicalVolume.upperBound - physicalVolume.lowerBound)
    let volume = Volume(description: "physical volume", content: .opaque(""), runs: [run])
    // Only its name is asked for: what else is wrong with it, others report.
    return (try? LVMMember(volume, disks: [disk]))?.groups.first?.name
}
