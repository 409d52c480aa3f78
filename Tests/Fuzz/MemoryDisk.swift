import BlockDevices
import Buffers

/// A disk that holds some bytes and zeros behind them.
final class MemoryDisk: BlockSource {
    let name = "input"
    let geometry: DiskGeometry
    private let bytes: [UInt8]

    init(_ bytes: [UInt8], size: Int) {
        self.bytes = Array(bytes.prefix(size))
        geometry = DiskGeometry(sizeInBytes: UInt64(size))
    }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        guard offset <= geometry.sizeInBytes, UInt64(slice.count) <= geometry.sizeInBytes - offset else {
            throw BlockDeviceError(.outOfBounds, "\(slice.count) bytes at \(offset)")
        }
        slice.withMutableBytes { target in
            target.initializeMemory(as: UInt8.self, repeating: 0)
            let part = bytes.dropFirst(Int(offset)).prefix(target.count)
            target.copyBytes(from: part)
        }
    }

    func nextData(in range: Range<UInt64>) -> Range<UInt64>? { range.isEmpty ? nil : range }
}
