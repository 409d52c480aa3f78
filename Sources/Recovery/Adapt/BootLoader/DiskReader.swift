internal import BlockDevices
internal import Buffers
internal import LinuxSystem

/// Reads small parts of a disk or image: tables, boot code. Opens it anew for every read, so that nothing is held.
package struct DiskReader: Sendable {
    package let path: String
    package let sizeInBytes: UInt64
    package let sectorSize: Int
    /// What is read as if it had been written already.
    var patches: [DiskPatch] = []

    private let source: (any BlockSource)?

    /// Of a disk that is open already.
    init(_ source: any BlockSource) {
        path = source.name
        sizeInBytes = source.geometry.sizeInBytes
        sectorSize = source.geometry.logicalSectorSize
        self.source = source
    }

    package init(_ disk: TargetMachine.Disk) {
        source = nil
        path = disk.path
        sizeInBytes = disk.sizeInBytes
        sectorSize = disk.logicalSectorSize
    }

    /// Exactly `count` bytes; a place outside the disk is an error.
    package func bytes(at offset: UInt64, count: Int) throws(RecoveryError) -> [UInt8] {
        guard offset <= sizeInBytes, UInt64(count) <= sizeInBytes - offset else {
            throw RecoveryError(
                .failed, "Cannot read \(count) bytes at \(offset) of \(path): it ends at \(sizeInBytes).")
        }
        guard count > 0 else { return [] }
        let buffer = AlignedBuffer(capacity: count)
        do {
            if let source {
                try source.read(into: buffer.all, at: offset)
            } else {
                try FileDescriptor(path).readFully(into: buffer.all, at: offset)
            }
        } catch {
            throw RecoveryError(.failed, "Cannot read \(count) bytes at \(offset) of \(path).", cause: error)
        }
        var bytes = buffer.all.withBytes { Array($0) }
        for patch in patches {
            let shared = patch.range.clamped(to: offset..<offset + UInt64(count))
            for place in shared { bytes[Int(place - offset)] = patch.bytes[Int(place - patch.offset)] }
        }
        return bytes
    }
}
