internal import BlockDevices
internal import Buffers

/// A volume as a disk: reads go through its runs to the disks that hold them.
final class MappedSource: BlockSource {
    let volume: Volume
    let name: String
    let geometry: DiskGeometry
    private let disks: [any BlockSource]

    init(_ volume: Volume, disks: [any BlockSource]) {
        self.volume = volume
        self.disks = disks
        name = volume.description
        let sector = volume.runs.map { disks[$0.disk].geometry.logicalSectorSize }.max() ?? 512
        geometry = DiskGeometry(
            sizeInBytes: volume.sizeInBytes, logicalSectorSize: sector, physicalSectorSize: sector)
    }

    /// The disk that holds the whole volume in one run, with the offset there, or nil.
    var singleRun: (disk: any BlockSource, offset: UInt64)? {
        guard volume.runs.count == 1, let run = volume.runs.first, run.volumeOffset == 0 else { return nil }
        return (disks[run.disk], run.diskOffset)
    }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        guard offset <= geometry.sizeInBytes, UInt64(slice.count) <= geometry.sizeInBytes - offset else {
            throw outOfBounds(offset, slice.count)
        }
        var done = 0
        while done < slice.count {
            let position = offset + UInt64(done)
            guard let run = run(at: position) else { throw outOfBounds(position, slice.count - done) }
            let inside = position - run.volumeOffset
            let count = Int(min(UInt64(slice.count - done), run.length - inside))
            try disks[run.disk].read(into: slice[done..<done + count], at: run.diskOffset + inside)
            done += count
        }
    }

    /// Cannot tell: nobody asks a volume.
    func nextData(in range: Range<UInt64>) -> Range<UInt64>? { range.isEmpty ? nil : range }

    private func run(at position: UInt64) -> Volume.Run? {
        var low = 0
        var high = volume.runs.count
        while low < high {
            let middle = (low + high) / 2
            if volume.runs[middle].volumeRange.upperBound <= position { low = middle + 1 } else { high = middle }
        }
        guard low < volume.runs.count, volume.runs[low].volumeRange.contains(position) else { return nil }
        return volume.runs[low]
    }

    private func outOfBounds(_ offset: UInt64, _ count: Int) -> BlockDeviceError {
        BlockDeviceError(
            .outOfBounds, "Cannot read \(count) bytes at \(offset) of \(name): it holds \(geometry.sizeInBytes) bytes.")
    }
}
