internal import BlockDevices
internal import Buffers
internal import Digests
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// Finds out which places of a target hold the right bytes already.
struct PlaceComparer {
    let buffer: BufferSlice
    let disks: [DiskTask]
    let tasks: [UInt32: Int]

    /// Calls `missing` for every record whose place must be written, in order, and counts the others as right.
    ///
    /// Only whole chunks outside the held ranges are compared; neighbours on the disk are read together.
    func eachMissing(
        of records: ArraySlice<ScatterRecord>, _ index: PackIndex, identify: (BufferSlice) -> Digest,
        _ missing: (ScatterRecord) -> Void
    ) throws(BlockDeviceError) {
        var start = records.startIndex
        while start < records.endIndex {
            guard isComparable(records[start], index) else {
                missing(records[start])
                start += 1
                continue
            }
            var end = start + 1
            var count = Int(records[start].lengthInSectors) * 512
            while end < records.endIndex, follows(records[end], records[end - 1]), isComparable(records[end], index) {
                let length = Int(records[end].lengthInSectors) * 512
                guard count + length <= buffer.count else { break }
                count += length
                end += 1
            }
            try compare(records[start..<end], count: count, index, identify, missing)
            start = end
        }
    }

    private func compare(
        _ records: ArraySlice<ScatterRecord>, count: Int, _ index: PackIndex, _ identify: (BufferSlice) -> Digest,
        _ missing: (ScatterRecord) -> Void
    ) throws(BlockDeviceError) {
        guard let first = records.first, let number = tasks[first.disk] else { return }
        let task = disks[number]
        try task.target.read(into: buffer[0..<count], at: first.start * 512)
        var offset = 0
        for record in records {
            let length = Int(record.lengthInSectors) * 512
            if identify(buffer[offset..<offset + length]) == index.chunks[Int(record.chunk)].identity {
                task.alreadyRight.add(UInt64(length), ordering: .relaxed)
            } else {
                missing(record)
            }
            offset += length
        }
    }

    private func follows(_ next: ScatterRecord, _ last: ScatterRecord) -> Bool {
        next.disk == last.disk && next.start == last.start + UInt64(last.lengthInSectors)
    }

    private func isComparable(_ record: ScatterRecord, _ index: PackIndex) -> Bool {
        guard let number = tasks[record.disk] else { return false }
        let middle = disks[number].held.middle
        let start = record.start * 512
        let length = UInt64(record.lengthInSectors) * 512
        return record.offset == 0 && length == UInt64(index.chunks[Int(record.chunk)].length)
            && start >= middle.lowerBound && start + length <= middle.upperBound && length <= UInt64(buffer.count)
    }
}
