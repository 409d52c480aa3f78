/// Damages bytes behind the first, the same way for the same seed (SplitMix64).
struct Mutator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func damage(_ bytes: inout [UInt8]) {
        guard bytes.count > 1 else { return bytes.append(UInt8(truncatingIfNeeded: next())) }
        let start = Int.random(in: 1..<bytes.count, using: &self)
        let end = min(bytes.count, start + Int.random(in: 1...9, using: &self))
        let count = end - start
        switch next() % 8 {
        case 0: bytes[start] ^= 1 << UInt8(next() % 8)
        case 1: bytes[start] = UInt8(truncatingIfNeeded: next())
        case 2: bytes.replaceSubrange(start..<end, with: [UInt8](repeating: 0xff, count: count))
        case 3: bytes.replaceSubrange(start..<end, with: [UInt8](repeating: 0, count: count))
        case 4: bytes.removeSubrange(start..<end)
        case 5: bytes.insert(contentsOf: (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }, at: start)
        case 6: bytes.replaceSubrange(start..<end, with: [UInt8](repeating: 0x80, count: count))
        default: bytes.insert(contentsOf: bytes[start..<end], at: end)
        }
    }
}
