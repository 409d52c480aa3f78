internal import BlockDevices

extension VolumeReader {
    /// A device that holds just this volume. Throws `unsupported` where the disk is no file or device, or the
    /// volume lies in several pieces.
    func toolDevice() throws(FileSystemError) -> ToolDevice {
        guard let (disk, offset) = source.singleRun else {
            throw FileSystemError(.unsupported, "it lies in several pieces, which its tools cannot read")
        }
        guard let disk = disk as? RawDisk else {
            throw FileSystemError(.unsupported, "\(disk.name) is neither a raw image nor a device, as its tools need")
        }
        return try ToolDevice(file: disk.name, offset: offset, length: sizeInBytes)
    }
}
