import Glibc

/// Writes as a busy server makes them: 200 a second on average, more by day than by night, with bursts; where they go follows
/// a Zipf law over a working set that is scattered over the disk.
struct Workload {
    static let diskBytes: UInt64 = 1 << 40
    static let blockBytes: UInt64 = 4_096
    /// Bytes of a write, at the start of a block: short, because hashing them is most of the work and none of what is measured.
    static let writeBytes = 1_024
    static let segmentSeconds = 5
    /// Blocks that are ever written: of 2^28.
    static let workingSet = 26_000_000.0

    private var state: UInt64

    init(seed: UInt64) { state = seed | 1 }

    /// xorshift64*: fast, and good enough to choose blocks.
    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_f491_4f6c_dd1d
    }

    private mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }

    /// Writes of the segment that starts so many seconds after the month's start.
    mutating func writes(atSecond second: Int) -> Int {
        let hour = second / 3_600 % 24
        let byDay = (8..<20).contains(hour) ? 1.4 : 0.6
        let burst = unit() < 0.04 ? 6.0 : 0.8
        return Int(Double(200 * Self.segmentSeconds) * byDay * burst * (0.8 + 0.4 * unit()))
    }

    /// The block that the next write goes to.
    mutating func block() -> UInt64 {
        let rank = pow(Self.workingSet, unit())
        // An odd factor is a permutation of the disk's 2^28 blocks: neighbours in rank are far apart.
        return UInt64(rank) &* 0x9e37_79b1 & (Self.diskBytes / Self.blockBytes - 1)
    }
}
