/// The owner of each file system's allocation.
enum Allocation {
    /// Free ranges in bytes of the volume, sorted. Throws what makes it necessary to capture the volume whole.
    static func free(in reader: VolumeReader) throws(FileSystemError) -> [Range<UInt64>] {
        switch reader.source.volume.content {
        case .opaque(let reason): throw FileSystemError(.unsupported, reason)
        case .unallocated: reader.source.volume.runs.map(\.volumeRange)
        case .fileSystem("ext2"), .fileSystem("ext3"), .fileSystem("ext4"): try ExtAllocation.free(in: reader)
        case .fileSystem("xfs"): try XFSAllocation.free(in: reader)
        case .fileSystem("ntfs"): try NTFSAllocation.free(in: reader)
        case .fileSystem("vfat"): try FATAllocation.free(in: reader)
        case .fileSystem("swap"): try SwapAllocation.free(in: reader)
        case .fileSystem(let type):
            throw FileSystemError(.unsupported, "the allocation of \(type) is not known here")
        }
    }
}
