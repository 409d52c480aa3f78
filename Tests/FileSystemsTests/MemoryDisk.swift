import BlockDevices
import Buffers

/// A disk in memory, whose bytes a test can spoil.
final class MemoryDisk: BlockSource {
    let name = "memory"
    let geometry: DiskGeometry
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        geometry = DiskGeometry(sizeInBytes: UInt64(bytes.count))
    }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        guard offset <= UInt64(bytes.count), slice.count <= bytes.count - Int(offset) else {
            throw BlockDeviceError(.outOfBounds, "\(slice.count) bytes at \(offset) of \(bytes.count)")
        }
        slice.withMutableBytes { $0.copyBytes(from: bytes[Int(offset)..<Int(offset) + slice.count]) }
    }

    func nextData(in range: Range<UInt64>) -> Range<UInt64>? { range.isEmpty ? nil : range }
}
