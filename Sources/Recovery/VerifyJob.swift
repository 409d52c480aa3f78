internal import Buffers
internal import Digests

/// One piece of reading back.
struct VerifyJob: Sendable {
    /// What some bytes of a window must be.
    struct Check: Sendable {
        enum Content: Sendable {
            case zeros
            /// A whole chunk, by its identity from a verified index.
            case chunk(Digest)
            /// A part of a chunk: compared with the frame's bytes, fetched again. `offset` in bytes.
            case part(pack: Digest, chunk: Int, offset: Int)
        }

        var count: Int
        var content: Content
    }

    enum Kind: Sendable {
        /// Neighbouring checks from the range's start to its end, read at once.
        case window([Check])
        /// All zeros; may be long.
        case zeros
        /// Exactly these bytes.
        case bytes(BufferSlice)
    }

    /// Position in the run's disks.
    var task: Int
    var range: Range<UInt64>
    var kind: Kind
}
