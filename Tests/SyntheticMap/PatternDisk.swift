import BlockDevices
import Buffers
import Glibc
import Synchronization

/// A disk of any size that needs no room: it knows what shall be written, refuses anything else, and reads back what was
/// written, and 0xA5 where nothing was. Its first and last 2 MiB, where restore writes more than data, are in memory.
final class PatternDisk: BlockTarget {
    /// For each block whether it was written; for each whether it was zeroed.
    private struct State {
        var written: [UInt64]
        var zeroed: [UInt64]
        var ends: [UInt8]
        var writes = 0
    }

    private static let endBytes: UInt64 = 2 << 20
    private static let block = UInt64(Pattern.blockBytes)

    let name = "pattern"
    let geometry: DiskGeometry
    private let pattern = Pattern()
    private let state: Mutex<State>
    private let size: UInt64

    init(sizeInBytes: UInt64) {
        precondition(sizeInBytes > 2 * Self.endBytes && sizeInBytes % Self.block == 0)
        size = sizeInBytes
        geometry = DiskGeometry(sizeInBytes: sizeInBytes)
        let words = Int(sizeInBytes / Self.block / 64) + 1
        state = Mutex(
            State(
                written: [UInt64](repeating: 0, count: words), zeroed: [UInt64](repeating: 0, count: words),
                ends: [UInt8](repeating: 0xa5, count: 2 * Int(Self.endBytes))))
    }

    var writes: Int { state.withLock { $0.writes } }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        state.withLock { state in
            each(offset..<offset + UInt64(slice.count)) { piece, from in
                let part = slice[from..<from + Int(piece.upperBound - piece.lowerBound)]
                part.withMutableBytes { target in
                    if let place = Self.placeInEnds(piece.lowerBound, size) {
                        target.copyBytes(from: state.ends[place..<place + target.count])
                        return
                    }
                    let (block, bit) = (
                        piece.lowerBound / Self.block, UInt64(1) << (piece.lowerBound / Self.block % 64)
                    )
                    if state.written[Int(block / 64)] & bit != 0, let content = Pattern.content(ofBlock: block) {
                        let start = Int(piece.lowerBound % Self.block)
                        pattern.slice(of: content)[start..<start + target.count].withBytes {
                            target.copyMemory(from: $0)
                        }
                    } else {
                        let value: UInt8 = state.zeroed[Int(block / 64)] & bit != 0 ? 0 : 0xa5
                        _ = target.initializeMemory(as: UInt8.self, repeating: value)
                    }
                }
            }
        }
    }

    func nextData(in range: Range<UInt64>) throws(BlockDeviceError) -> Range<UInt64>? { range.isEmpty ? nil : range }

    func write(_ slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        let wrong = state.withLock { state -> UInt64? in
            var wrong: UInt64?
            state.writes += 1
            each(offset..<offset + UInt64(slice.count)) { piece, from in
                slice[from..<from + Int(piece.upperBound - piece.lowerBound)].withBytes { source in
                    if let place = Self.placeInEnds(piece.lowerBound, size) {
                        state.ends.replaceSubrange(place..<place + source.count, with: source)
                        return
                    }
                    let block = piece.lowerBound / Self.block
                    guard source.count == Int(Self.block), let content = Pattern.content(ofBlock: block),
                        Self.isEqual(pattern.slice(of: content), source)
                    else {
                        wrong = wrong ?? block
                        return
                    }
                    state.written[Int(block / 64)] |= 1 << (block % 64)
                }
            }
            return wrong
        }
        if let wrong {
            throw BlockDeviceError(.inputOutput, "Block \(wrong) is written with what does not belong there.")
        }
    }

    func zero(_ range: Range<UInt64>) throws(BlockDeviceError) {
        let wrong = state.withLock { state -> UInt64? in
            var wrong: UInt64?
            each(range) { piece, _ in
                if let place = Self.placeInEnds(piece.lowerBound, size) {
                    for index in place..<place + Int(piece.upperBound - piece.lowerBound) { state.ends[index] = 0 }
                } else if Pattern.content(ofBlock: piece.lowerBound / Self.block) == nil {
                    let block = piece.lowerBound / Self.block
                    state.zeroed[Int(block / 64)] |= 1 << (block % 64)
                } else {
                    wrong = wrong ?? piece.lowerBound / Self.block
                }
            }
            return wrong
        }
        if let wrong { throw BlockDeviceError(.inputOutput, "Block \(wrong) is zeroed and holds data.") }
    }

    func flush() throws(BlockDeviceError) {}
    func forgetCache(of range: Range<UInt64>) {}

    /// Calls `body` with the parts of `range` in each block, and where each begins in the range.
    private func each(_ range: Range<UInt64>, _ body: (Range<UInt64>, Int) -> Void) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min((start / Self.block + 1) * Self.block, range.upperBound)
            body(start..<end, Int(start - range.lowerBound))
            start = end
        }
    }

    private static func isEqual(_ slice: BufferSlice, _ bytes: UnsafeRawBufferPointer) -> Bool {
        slice.withBytes { own in
            guard let left = own.baseAddress, let right = bytes.baseAddress else { return own.isEmpty && bytes.isEmpty }
            return own.count == bytes.count && memcmp(left, right, own.count) == 0
        }
    }

    private static func placeInEnds(_ offset: UInt64, _ size: UInt64) -> Int? {
        if offset < endBytes { return Int(offset) }
        return offset >= size - endBytes ? Int(offset - (size - endBytes) + endBytes) : nil
    }
}
