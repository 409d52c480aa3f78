internal import BlockDevices
internal import Buffers

/// A disk that is only read, seen as long as the disk that it is compared with.
final class ComparedDisk: BlockTarget {
    private let source: any BlockSource
    let geometry: DiskGeometry
    var name: String { source.name }

    init(_ source: any BlockSource, sizeInBytes: UInt64) {
        self.source = source
        var geometry = source.geometry
        geometry.sizeInBytes = sizeInBytes
        self.geometry = geometry
    }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        try source.read(into: slice, at: offset)
    }

    func nextData(in range: Range<UInt64>) throws(BlockDeviceError) -> Range<UInt64>? {
        try source.nextData(in: range)
    }

    func write(_ slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) { throw readOnly }
    func zero(_ range: Range<UInt64>) throws(BlockDeviceError) { throw readOnly }
    func flush() throws(BlockDeviceError) {}
    func forgetCache(of range: Range<UInt64>) {}

    private var readOnly: BlockDeviceError {
        BlockDeviceError(.unsupported, "\(name) is only compared, and is not written to.")
    }
}
