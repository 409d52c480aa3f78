internal import BlockDevices
internal import Buffers
internal import LinuxSystem

/// A device of bcache on restored disks, as it describes itself.
struct BackingDevice {
    var volume: RestoredSystem.Volume
    var superblock: CacheSuperblock
    /// That say the superblock.
    var bytes: [UInt8]

    /// nil of what cannot be read or is none.
    init?(_ volume: RestoredSystem.Volume) {
        let buffer = AlignedBuffer(capacity: CacheSuperblock.length)
        do throws(SystemCallError) {
            try FileDescriptor(volume.device).readFully(into: buffer.all, at: CacheSuperblock.offset)
        } catch { return nil }
        let bytes = buffer.all.withBytes { Array($0) }
        guard let superblock = CacheSuperblock(bytes) else { return nil }
        (self.volume, self.superblock, self.bytes) = (volume, superblock, bytes)
    }

    /// What cannot be: a device that is shorter than its superblock says.
    var dataLength: UInt64? {
        guard let size = BlockNode(path: volume.device)?.sizeInBytes, superblock.dataOffset < size else { return nil }
        return size - superblock.dataOffset
    }

    /// Says that it went on without its cache. Durable when it returns.
    func markStale(_ stale: [UInt8]) throws(SystemCallError) {
        let file = try FileDescriptor(volume.device, [.write])
        try file.write(stale, at: CacheSuperblock.offset)
        try file.synchronize()
    }
}
