internal import BlockDevices
internal import LinuxSystem

extension VolumeReader {
    /// A read-only device that holds just this volume, for tools that want one. Throws `unsupported` where the disk is no file
    /// or device, or the volume lies in several pieces.
    func toolDevice() throws(FileSystemError) -> LoopDevice {
        guard let (disk, offset) = source.singleRun else {
            throw FileSystemError(.unsupported, "it lies in several pieces, which its tools cannot read")
        }
        guard let disk = disk as? RawDisk else {
            throw FileSystemError(.unsupported, "\(disk.name) is neither a raw image nor a device, as its tools need")
        }
        do {
            return try LoopDevice(disk.name, offset: offset, length: sizeInBytes, isReadOnly: true)
        } catch { throw FileSystemError(.tool, "no loop device for its tools", cause: error) }
    }
}
