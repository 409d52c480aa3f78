internal import BlockDevices

/// A physical volume that was found, with the metadata it holds.
struct LVMMember {
    let volume: Volume
    let label: LVMLabel
    /// The text of each metadata area in use, parsed; empty where the volume keeps no copy.
    let groups: [LVMGroup]

    /// Throws what makes it necessary to capture the physical volume whole.
    init(_ volume: Volume, disks: [any BlockSource]) throws(FileSystemError) {
        let reader = VolumeReader(volume, disks: disks)
        guard reader.sizeInBytes >= UInt64(LVMLabel.searched),
            let label = try LVMLabel.find(in: try reader.bytes(LVMLabel.searched, at: 0))
        else { throw FileSystemError(.damaged, "its LVM label was not found") }
        var groups: [LVMGroup] = []
        for area in label.metadataAreas {
            if let text = try LVMMetadataArea.text(of: area, in: reader) { groups.append(try LVMGroup(text)) }
        }
        self.volume = volume
        self.label = label
        self.groups = groups
    }

    /// Checks what the group says about this volume against the label. Throws `damaged`.
    func check(_ described: LVMGroup.PhysicalVolume, extentSize: UInt64) throws(FileSystemError) {
        let (bytes, overflow) = described.extents.multipliedReportingOverflow(by: extentSize)
        let size = volume.sizeInBytes
        guard !overflow, described.start > 0, described.start <= size, bytes <= size - described.start,
            label.deviceSize <= size, label.dataAreas.first?.offset == described.start
        else { throw FileSystemError(.damaged, "its LVM metadata and its label differ") }
        let extents = described.start..<described.start + bytes
        for area in label.metadataAreas where extents.overlaps(area.offset..<area.offset + area.size) {
            throw FileSystemError(.damaged, "its LVM metadata lies within its extents")
        }
    }
}
