internal import Buffers
internal import Digests
internal import RepositoryFormat

/// Decides where chunks of a scan end (format.md, section 6). State machine over grid blocks; holds no bytes.
struct ChunkCutter {
    enum Verdict {
        /// The block is all zeros: what came before ends a chunk, and the block belongs to none.
        case zero
        /// The block belongs to the chunk, which goes on.
        case goOn
        /// The block is the chunk's last.
        case cut
    }

    private let parameters: ChunkerParameters
    private let divisor: UInt64
    private let zeroHash: UInt64
    /// Bytes in the present chunk.
    private(set) var length = 0

    init(_ parameters: ChunkerParameters) {
        self.parameters = parameters
        divisor = parameters.divisor
        let zeros = [UInt8](repeating: 0, count: parameters.grid)
        zeroHash = zeros.withUnsafeBytes { blockHash($0) }
    }

    /// Takes the next grid block.
    @inline(__always)
    mutating func next(_ block: UnsafeRawBufferPointer) -> Verdict {
        let hash = blockHash(block)
        // The hash alone could be somebody's collision; a block is dropped only when it is seen to be zero. The last one of
        // a disk may be shorter, and then has another hash.
        if hash == zeroHash || block.count < parameters.grid, Self.isZero(block) {
            length = 0
            return .zero
        }
        length += block.count
        if length >= parameters.maximum || (length >= parameters.minimum && hash % divisor == 0) {
            length = 0
            return .cut
        }
        return .goOn
    }

    /// The chunk ends for a reason outside the bytes (free space, end of the disk).
    mutating func reset() { length = 0 }

    private static func isZero(_ block: UnsafeRawBufferPointer) -> Bool {
        var any: UInt64 = 0
        for word in block.bindMemory(to: UInt64.self) { any |= word }
        return any == 0
    }
}
