import BlockDevices
import Buffers
import FileSystems

/// What a restore does to free space, at its worst: fills it with bytes that no file system would take for its own.
func wipe(_ ranges: [Range<UInt64>], of path: String) throws {
    let disk = try RawDisk.openTarget(path)
    let garbage = AlignedBuffer(capacity: 1 << 20)
    garbage.all.withMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0xA5) }
    for range in ranges {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let piece = garbage[0..<Int(min(1 << 20, range.upperBound - offset))]
            try disk.write(piece, at: offset)
            offset += UInt64(piece.count)
        }
    }
    try disk.flush()
}

extension FreeSpace {
    /// Bytes in all ranges.
    var bytes: UInt64 { ranges.reduce(0) { $0 + UInt64($1.count) } }

    /// Sorted, apart from each other, on the grid.
    var isWellFormed: Bool {
        ranges.allSatisfy { !$0.isEmpty && $0.lowerBound % 4096 == 0 && $0.upperBound % 4096 == 0 }
            && zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }
    }
}

/// The free space of a disk by its path.
func freeSpace(at path: String) throws -> FreeSpace {
    let disk = try RawDisk.openSource(path)
    return freeSpace(of: disk, volumes: volumes(of: disk))
}
