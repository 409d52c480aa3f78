import BlockDevices
import Buffers
import Synchronization

/// A disk in memory that can tell where its data lies, count, and fail.
final class MemorySource: BlockSource {
    let name: String
    let geometry: DiskGeometry
    private let bytes: [UInt8]
    /// What `nextData` knows; nil for a medium that cannot tell.
    private let data: [Range<UInt64>]?
    /// Asked before each read with its offset and length.
    private let fault: @Sendable (UInt64, Int) -> BlockDeviceError?
    private let state = Mutex<[Range<UInt64>]>([])

    init(
        _ bytes: [UInt8], name: String = "memory", data: [Range<UInt64>]? = nil, sectorSize: Int = 512,
        fault: @escaping @Sendable (UInt64, Int) -> BlockDeviceError? = { _, _ in nil }
    ) {
        self.name = name
        self.bytes = bytes
        self.data = data
        self.fault = fault
        geometry = DiskGeometry(
            sizeInBytes: UInt64(bytes.count), logicalSectorSize: sectorSize, physicalSectorSize: sectorSize)
    }

    /// Ranges that were read, in order.
    var reads: [Range<UInt64>] { state.withLock { $0 } }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        if let error = fault(offset, slice.count) { throw error }
        let range = offset..<offset + UInt64(slice.count)
        guard range.upperBound <= geometry.sizeInBytes else {
            throw BlockDeviceError(.outOfBounds, "\(range) leaves \(name)")
        }
        state.withLock { $0.append(range) }
        slice.withMutableBytes { $0.copyBytes(from: bytes[Int(offset)..<Int(range.upperBound)]) }
    }

    func nextData(in range: Range<UInt64>) throws(BlockDeviceError) -> Range<UInt64>? {
        guard let data else { return range.isEmpty ? nil : range }
        return data.map { $0.clamped(to: range) }.first { !$0.isEmpty }
    }
}
