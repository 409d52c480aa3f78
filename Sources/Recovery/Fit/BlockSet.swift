/// Numbers of blocks, a bit each, in chunks that are there once one of theirs is: a partition of many terabytes, of which little is written,
/// takes little.
struct BlockSet {
    /// Blocks of a chunk: 1 GiB of 4096 bytes each.
    private static let chunk: UInt64 = 1 << 18
    private var chunks: [UInt64: [UInt64]] = [:]

    func contains(_ block: UInt64) -> Bool {
        guard let words = chunks[block / Self.chunk] else { return false }
        return words[Int(block % Self.chunk / 64)] >> (block % 64) & 1 == 1
    }

    mutating func insert(_ block: UInt64) {
        let empty = [UInt64](repeating: 0, count: Int(Self.chunk / 64))
        chunks[block / Self.chunk, default: empty][Int(block % Self.chunk / 64)] |= 1 << (block % 64)
    }

    /// How many from this one on are known at a glance not to be in it; 0 where one has to look.
    func emptyBlocks(from block: UInt64) -> UInt64 {
        guard let words = chunks[block / Self.chunk] else { return Self.chunk - block % Self.chunk }
        return words[Int(block % Self.chunk / 64)] == 0 ? 64 - block % 64 : 0
    }
}
