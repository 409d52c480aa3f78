internal import Buffers
internal import Digests
internal import Synchronization

/// Which blocks of the old partition held what a program reads there now: what is written soon after is told by them. Bounded: what
/// was read is written before much more is read.
final class RecentBlocks: Sendable {
    /// Bytes that are read between two times that everything is written.
    static let interval: UInt64 = 128 << 20
    /// How often a block may stand for more than one: where files share blocks, or what they hold.
    private static let mostUses = 8

    private let settle: @Sendable () throws -> Void
    private let state = Mutex(State())

    /// Blocks with the same bytes, in the order in which they were read.
    private struct Alike {
        var blocks: [UInt64]
        var uses = 0

        /// Each once, before any is taken again.
        mutating func take() -> UInt64? {
            guard uses < blocks.count * RecentBlocks.mostUses else { return nil }
            uses += 1
            return blocks[(uses - 1) % blocks.count]
        }
    }

    private struct Generation {
        var alike: [Digest: Alike] = [:]
        var digests: [UInt64: Digest] = [:]
    }

    private struct State {
        var current = Generation()
        /// Of the time before: what was read ahead, or is in the program's hands.
        var previous = Generation()
        var sinceSettled: UInt64 = 0
        var total: UInt64 = 0
    }

    /// - Parameter settle: has everything written that was read. Called from where `note` is.
    init(settle: @escaping @Sendable () throws -> Void) { self.settle = settle }

    /// Bytes that were read.
    var total: UInt64 { state.withLock { $0.total } }

    /// Whole blocks in it are remembered.
    func note(_ slice: BufferSlice, at offset: UInt64) throws {
        let length = CopiedPartition.blockLength
        let hash = SHA256()
        var position = (offset + length - 1) / length * length
        let end = offset + UInt64(slice.count)
        while position + length <= end {
            let from = Int(position - offset)
            let digest = slice[from..<from + Int(length)].withBytes { hash.digest(of: $0) }
            state.withLock { state in
                state.current.alike[digest, default: Alike(blocks: [])].blocks.append(position / length)
                state.current.digests[position / length] = digest
            }
            position += length
        }
        let isDue = state.withLock { state in
            state.total += UInt64(slice.count)
            state.sinceSettled += UInt64(slice.count)
            return state.sinceSettled >= Self.interval
        }
        guard isDue else { return }
        try settle()
        state.withLock { state in
            state.previous = state.current
            state.current = Generation()
            state.sinceSettled = 0
        }
    }

    /// Everything is written.
    func forget() {
        state.withLock { state in
            state.current = Generation()
            state.previous = Generation()
        }
    }

    /// A block with these bytes: `next` where it is one, so that runs stay long.
    func block(_ digest: Digest, next: UInt64?) -> UInt64? {
        state.withLock { state in
            if let next, (state.current.digests[next] ?? state.previous.digests[next]) == digest { return next }
            return state.current.alike[digest]?.take() ?? state.previous.alike[digest]?.take()
        }
    }
}
