/// Numbers of frames of one pack.
struct FrameSet: Hashable, Sendable {
    private var words: [UInt64] = []

    init() {}

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    func contains(_ frame: Int) -> Bool {
        frame / 64 < words.count && words[frame / 64] & (1 << (UInt64(frame) % 64)) != 0
    }

    mutating func insert(_ frame: Int) {
        while words.count <= frame / 64 { words.append(0) }
        words[frame / 64] |= 1 << (UInt64(frame) % 64)
    }

    mutating func insert(_ ranges: [Range<UInt32>]) {
        for range in ranges {
            for frame in range { insert(Int(frame)) }
        }
    }
}
