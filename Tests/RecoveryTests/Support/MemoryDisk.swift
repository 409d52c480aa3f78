import BlockDevices
import Buffers
import Synchronization

/// A disk in memory that counts, and that can be told to fail.
final class MemoryDisk: BlockTarget {
    struct State {
        var bytes: [UInt8]
        /// Writes and zeroings so far.
        var writes = 0
        var writtenBytes: UInt64 = 0
        /// Without what was zeroed.
        var writtenDataBytes: UInt64 = 0
        /// Fails the write of this number, counted from 1, and all after it.
        var failsFromWrite: Int?
        /// Bits to flip when the cache is dropped: what the medium kept is not what was written.
        var flipsWhenForgotten: [Int] = []
        /// Offsets of all writes in order.
        var offsets: [UInt64] = []
    }

    let name: String
    let geometry: DiskGeometry
    private let state: Mutex<State>

    init(_ name: String, size: Int, fill: UInt8 = 0xa5, sectorSize: Int = 512) {
        self.name = name
        geometry = DiskGeometry(
            sizeInBytes: UInt64(size), logicalSectorSize: sectorSize, physicalSectorSize: sectorSize)
        state = Mutex(State(bytes: [UInt8](repeating: fill, count: size)))
    }

    init(_ name: String, _ bytes: [UInt8], sectorSize: Int = 512) {
        self.name = name
        geometry = DiskGeometry(
            sizeInBytes: UInt64(bytes.count), logicalSectorSize: sectorSize, physicalSectorSize: sectorSize)
        state = Mutex(State(bytes: bytes))
    }

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    func change<Result: Sendable>(_ body: @Sendable (inout State) -> Result) -> Result { state.withLock { body(&$0) } }
    var writtenBytes: UInt64 { state.withLock { $0.writtenBytes } }
    var writtenDataBytes: UInt64 { state.withLock { $0.writtenDataBytes } }
    var writes: Int { state.withLock { $0.writes } }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        state.withLock { state in
            slice.withMutableBytes { $0.copyBytes(from: state.bytes[Int(offset)..<Int(offset) + slice.count]) }
        }
    }

    func nextData(in range: Range<UInt64>) throws(BlockDeviceError) -> Range<UInt64>? { range.isEmpty ? nil : range }

    func write(_ slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        try put(Array(slice.withBytes { Array($0) }), at: offset)
        state.withLock { $0.writtenDataBytes += UInt64(slice.count) }
    }

    func zero(_ range: Range<UInt64>) throws(BlockDeviceError) {
        try put([UInt8](repeating: 0, count: Int(range.upperBound - range.lowerBound)), at: range.lowerBound)
    }

    func flush() throws(BlockDeviceError) {}

    func forgetCache(of range: Range<UInt64>) {
        state.withLock { state in
            for offset in state.flipsWhenForgotten { state.bytes[offset] ^= 0x10 }
        }
    }

    private func put(_ new: [UInt8], at offset: UInt64) throws(BlockDeviceError) {
        let isBroken = state.withLock { state in
            state.writes += 1
            if let limit = state.failsFromWrite, state.writes >= limit { return true }
            state.bytes.replaceSubrange(Int(offset)..<Int(offset) + new.count, with: new)
            state.writtenBytes += UInt64(new.count)
            state.offsets.append(offset)
            return false
        }
        if isBroken { throw BlockDeviceError(.inputOutput, "Cannot write \(new.count) bytes at \(offset) of \(name).") }
    }
}
