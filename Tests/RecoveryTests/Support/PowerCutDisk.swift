import BlockDevices
import Buffers
import Synchronization

/// A disk with a volatile cache whose power fails: what was not flushed by then is kept or lost, write by write, as a seed says.
final class PowerCutDisk: BlockTarget {
    private struct State {
        var seen: [UInt8]
        var durable: [UInt8]
        var pending: [(offset: Int, bytes: [UInt8])] = []
        var writes = 0
        var isOff = false
    }

    let name: String
    let geometry: DiskGeometry
    private let state: Mutex<State>
    /// The power fails instead of the write of this number, counted from 1.
    private let cut: Int

    init(_ name: String, _ bytes: [UInt8], cutAtWrite cut: Int) {
        self.name = name
        self.cut = cut
        geometry = DiskGeometry(sizeInBytes: UInt64(bytes.count), logicalSectorSize: 512, physicalSectorSize: 512)
        state = Mutex(State(seen: bytes, durable: bytes))
    }

    var writes: Int { state.withLock { $0.writes } }

    /// What the machine finds when it starts again. Sectors of a write that was under way are kept or lost each for itself.
    func afterPowerCut(seed: UInt64) -> [UInt8] {
        state.withLock { state in
            var random = seed
            var bytes = state.durable
            for write in state.pending {
                for start in stride(from: 0, to: write.bytes.count, by: 512) {
                    // Knuth's multiplier; the high bit is the coin.
                    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    guard random >> 63 == 1 else { continue }
                    let part = write.bytes[start..<min(start + 512, write.bytes.count)]
                    bytes.replaceSubrange(write.offset + start..<write.offset + start + part.count, with: part)
                }
            }
            return bytes
        }
    }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        state.withLock { state in
            slice.withMutableBytes { $0.copyBytes(from: state.seen[Int(offset)..<Int(offset) + slice.count]) }
        }
    }

    func nextData(in range: Range<UInt64>) throws(BlockDeviceError) -> Range<UInt64>? { range.isEmpty ? nil : range }

    func write(_ slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        try put(slice.withBytes { Array($0) }, at: offset)
    }

    func zero(_ range: Range<UInt64>) throws(BlockDeviceError) {
        try put([UInt8](repeating: 0, count: Int(range.upperBound - range.lowerBound)), at: range.lowerBound)
    }

    func flush() throws(BlockDeviceError) {
        let isOff = state.withLock { state in
            if !state.isOff { (state.durable, state.pending) = (state.seen, []) }
            return state.isOff
        }
        if isOff { throw BlockDeviceError(.inputOutput, "The power of \(name) is off.") }
    }

    func forgetCache(of range: Range<UInt64>) {}

    private func put(_ bytes: [UInt8], at offset: UInt64) throws(BlockDeviceError) {
        let isOff = state.withLock { state in
            if state.isOff { return true }
            state.writes += 1
            state.pending.append((Int(offset), bytes))
            state.isOff = state.writes >= cut
            if !state.isOff { state.seen.replaceSubrange(Int(offset)..<Int(offset) + bytes.count, with: bytes) }
            return state.isOff
        }
        if isOff { throw BlockDeviceError(.inputOutput, "The power of \(name) is off.") }
    }
}
