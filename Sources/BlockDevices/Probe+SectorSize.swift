internal import Buffers

extension Probe {
    /// The unit in which the table of a disk counts that has no sectors of its own (an image, a disk of a moment): what was a
    /// disk with sectors of 4096 bytes has its GPT in them. The source's own unit where there is no such table, or one in that
    /// unit as well. libblkid judges: a header alone is a leftover.
    package static func tableSectorSize(of source: any BlockSource) throws(BlockDeviceError) -> Int {
        let (own, other) = (source.geometry.logicalSectorSize, 4096)
        let size = source.geometry.sizeInBytes
        guard own == 512, size % UInt64(other) == 0, size >= UInt64(6 * other) else { return own }
        let head = AlignedBuffer(capacity: other + 512).all
        try source.read(into: head, at: 0)
        let signature = Array("EFI PART".utf8)
        let bytes = head.withBytes { Array($0) }
        guard bytes[other...].starts(with: signature), !bytes[512...].starts(with: signature) else { return own }
        let table = try sparseSnapshot(of: ResectoredSource(source, other)).layout().0
        return table?.kind == "gpt" ? other : own
    }
}

/// A source as if its sectors were of another size.
private final class ResectoredSource: BlockSource {
    private let source: any BlockSource
    let geometry: DiskGeometry

    init(_ source: any BlockSource, _ sectorSize: Int) {
        self.source = source
        geometry = DiskGeometry(
            sizeInBytes: source.geometry.sizeInBytes, logicalSectorSize: sectorSize, physicalSectorSize: sectorSize)
    }

    var name: String { source.name }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        try source.read(into: slice, at: offset)
    }

    func nextData(in range: Range<UInt64>) throws(BlockDeviceError) -> Range<UInt64>? {
        try source.nextData(in: range)
    }
}
