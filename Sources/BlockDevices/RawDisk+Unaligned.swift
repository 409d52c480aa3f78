internal import Buffers
internal import LinuxSystem
internal import Synchronization

/// Requests that `O_DIRECT` cannot take as they are go through a bounce buffer of whole sectors. They are rare: a
/// timeline in 512-byte sectors on a disk of 4096-byte sectors.
extension RawDisk {
    /// True when the request can go to the descriptor as it is: files always; direct I/O wants offset, length and
    /// memory in multiples of the logical sector size.
    func isAligned(_ slice: BufferSlice, at offset: UInt64) -> Bool {
        guard medium == .blockDevice else { return true }
        let sector = geometry.logicalSectorSize
        let address = slice.withBytes { UInt(bitPattern: $0.baseAddress) }
        return offset % UInt64(sector) == 0 && slice.count % sector == 0 && address % UInt(sector) == 0
    }

    func readUnaligned(into slice: BufferSlice, at offset: UInt64) throws(SystemCallError) {
        try inPieces(of: slice, at: offset) { (piece, start, sectors) throws(SystemCallError) in
            let bounce = AlignedBuffer(capacity: Int(sectors.upperBound - sectors.lowerBound)).all
            try descriptor.readFully(into: bounce, at: sectors.lowerBound)
            piece.copy(from: bounce, at: Int(start - sectors.lowerBound))
        }
    }

    func writeUnaligned(_ slice: BufferSlice, at offset: UInt64) throws(SystemCallError) {
        try unalignedWrites.withLock { (_) throws(SystemCallError) in
            try inPieces(of: slice, at: offset) { (piece, start, sectors) throws(SystemCallError) in
                let bounce = AlignedBuffer(capacity: Int(sectors.upperBound - sectors.lowerBound)).all
                try descriptor.readFully(into: bounce, at: sectors.lowerBound)
                let position = Int(start - sectors.lowerBound)
                bounce[position..<position + piece.count].copy(from: piece, at: 0)
                try descriptor.write(bounce, at: sectors.lowerBound)
            }
        }
    }

    /// Calls `body` with pieces of at most 1 MiB (which bounds the bounce buffer), where each lies on the disk, and
    /// the whole sectors around it.
    private func inPieces(
        of slice: BufferSlice, at offset: UInt64,
        _ body: (BufferSlice, UInt64, Range<UInt64>) throws(SystemCallError) -> Void
    ) throws(SystemCallError) {
        let sector = UInt64(geometry.logicalSectorSize)
        var done = 0
        while done < slice.count {
            let count = min(1 << 20, slice.count - done)
            let start = offset + UInt64(done)
            let end = (start + UInt64(count) + sector - 1) / sector * sector
            try body(slice[done..<done + count], start, start / sector * sector..<end)
            done += count
        }
    }
}

extension BufferSlice {
    /// Fills this slice with the bytes of `other` that begin at `position`.
    func copy(from other: BufferSlice, at position: Int) {
        other[position..<position + count].withBytes { source in
            withMutableBytes { $0.copyMemory(from: source) }
        }
    }
}
