internal import BlockDevices
internal import Buffers
internal import RepositoryFormat

/// Brings what was held back to the disk, fitted to a larger target, in the order in which a cut leaves no half truth.
struct DiskFinisher {
    let task: DiskTask

    /// Everything else must be durable already; afterwards this is too.
    func run() throws(BlockDeviceError) -> DiskAdaptation {
        let held = task.held
        let result = PartitionTableAdapter(
            sourceSize: task.record.sizeInBytes, targetSize: task.target.geometry.sizeInBytes,
            sectorSize: UInt64(task.record.logicalSectorSize)
        ).adapt(
            head: held.headBytes.withBytes { Array($0) }, tail: held.tailBytes.withBytes { Array($0) },
            tailStart: held.tail.lowerBound)
        var adaptation = DiskAdaptation(
            patches: result.patches, warnings: result.warnings.map { "Disk \(task.record.number): \($0)" })
        for patch in result.patches {
            let bytes = Self.slice(of: patch.bytes)
            held.keep(bytes, at: patch.offset)
            if let beyond = Self.part(of: patch, from: task.record.sizeInBytes) { adaptation.beyond.append(beyond) }
        }
        for patch in adaptation.beyond { try task.target.write(Self.slice(of: patch.bytes), at: patch.offset) }
        if !held.tail.isEmpty { try task.target.write(held.tailBytes, at: held.tail.lowerBound) }
        try task.target.flush()
        // The note goes with the last write, and the boot sector comes with it: a disk has one of both.
        let last = min(RestoreNote.byteCount, held.headBytes.count)
        if last < held.headBytes.count {
            try task.target.write(held.headBytes[last..<held.headBytes.count], at: UInt64(last))
            try task.target.flush()
        }
        try task.target.write(held.headBytes[0..<last], at: 0)
        try task.target.flush()
        return adaptation
    }

    private static func part(of patch: DiskPatch, from end: UInt64) -> DiskPatch? {
        guard patch.range.upperBound > end else { return nil }
        let start = max(end, patch.offset)
        return DiskPatch(
            offset: start, bytes: Array(patch.bytes[Int(start - patch.offset)...]), reason: patch.reason)
    }

    static func slice(of bytes: [UInt8]) -> BufferSlice {
        let slice = AlignedBuffer(capacity: bytes.count).all
        slice.withMutableBytes { $0.copyBytes(from: bytes) }
        return slice
    }
}
