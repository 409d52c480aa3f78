internal import Buffers
internal import LinuxSystem
internal import Synchronization

extension RawDisk {
    /// Makes `range` read back as zeros.
    ///
    /// 1. `FALLOC_FL_PUNCH_HOLE`. In a file that is a hole. On a block device the kernel maps it to "write zeroes,
    ///    unmapping allowed, no fallback": it succeeds only where the device promises that what it unmaps reads as
    ///    zeros, and fails otherwise. A bare `BLKDISCARD` promises nothing and is not used; sysfs'
    ///    `discard_zeroes_data` has been a constant 0 since Linux 4.12.
    /// 2. `FALLOC_FL_ZERO_RANGE` for files, `BLKZEROOUT` for devices (which writes zeros itself where it must).
    /// 3. Writing zeros.
    package func zero(_ range: Range<UInt64>) throws(BlockDeviceError) {
        precondition(isWritable, "\(name) was opened as a source")
        guard range.upperBound <= geometry.sizeInBytes else {
            throw BlockDeviceError(
                .outOfBounds, "Cannot zero bytes \(range) of \(name): it holds \(geometry.sizeInBytes) bytes.")
        }
        let sector = medium == .file ? 1 : UInt64(geometry.logicalSectorSize)
        let start = min((range.lowerBound + sector - 1) / sector * sector, range.upperBound)
        let end = max(range.upperBound / sector * sector, start)
        do {
            try writeZeros(range.lowerBound..<start)
            try zeroSectors(start..<end)
            try writeZeros(end..<range.upperBound)
        } catch {
            throw BlockDeviceError("Cannot zero bytes \(range) of \(name)", error)
        }
    }

    /// In pieces, because a request to a device cannot be interrupted and may fall back to writing.
    private func zeroSectors(_ range: Range<UInt64>) throws(SystemCallError) {
        let limit: UInt64 = 256 << 20  // about a second where the kernel must write the zeros
        var start = range.lowerBound
        while start < range.upperBound {
            let piece = start..<min(start + limit, range.upperBound)
            if try !punch(piece), try !fill(piece) { try writeZeros(piece) }
            start = piece.upperBound
        }
    }

    private func punch(_ range: Range<UInt64>) throws(SystemCallError) -> Bool {
        guard cheapZeroing.load(ordering: .relaxed) else { return false }
        do {
            try descriptor.punchHole(range)
            return true
        } catch let error where error.isUnsupported {
            cheapZeroing.store(false, ordering: .relaxed)
            return false
        }
    }

    private func fill(_ range: Range<UInt64>) throws(SystemCallError) -> Bool {
        guard zeroOut.load(ordering: .relaxed) else { return false }
        do {
            if medium == .file { try descriptor.zeroRange(range) } else { try descriptor.zeroOut(range) }
            return true
        } catch let error where error.isUnsupported {
            zeroOut.store(false, ordering: .relaxed)
            return false
        }
    }

    private func writeZeros(_ range: Range<UInt64>) throws(SystemCallError) {
        var start = range.lowerBound
        while start < range.upperBound {
            let count = Int(min(UInt64(Self.zeros.count), range.upperBound - start))
            let piece = Self.zeros[0..<count]
            if isAligned(piece, at: start) {
                try descriptor.write(piece, at: start)
            } else {
                try writeUnaligned(piece, at: start)
            }
            start += UInt64(count)
        }
    }

    private static let zeros: BufferSlice = {
        let buffer = AlignedBuffer(capacity: 1 << 20).all
        buffer.withMutableBytes { bytes in
            for index in bytes.indices { bytes[index] = 0 }
        }
        return buffer
    }()
}
