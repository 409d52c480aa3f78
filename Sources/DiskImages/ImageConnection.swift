internal import BlockDevices
internal import Buffers
internal import CNBD

/// Owner of one connection to an NBD server (libnbd's `nbd_handle`).
///
/// `@unchecked Sendable`: libnbd takes the handle's own lock around each call (libnbd(3), "Multi-threading"), so calls
/// may come from several threads; they then wait for each other.
final class ImageConnection: @unchecked Sendable {
    private let handle: OpaquePointer
    private let canTellZeros: Bool
    let sizeInBytes: UInt64

    /// QEMU takes requests of at most 32 MiB.
    private static let largestRead = 16 << 20
    /// Lengths of block status are 32 bits; a multiple of every block size.
    private static let largestQuestion: UInt64 = 1 << 30

    struct Failure: Error { var message: String }

    init(socket: String) throws(Failure) {
        guard let handle = nbd_create() else { throw Self.lastFailure() }
        let isConnected =
            nbd_add_meta_context(handle, LIBNBD_CONTEXT_BASE_ALLOCATION) == 0 && nbd_connect_unix(handle, socket) == 0
        let size = isConnected ? nbd_get_size(handle) : -1
        guard size >= 0 else {
            let failure = Self.lastFailure()
            nbd_close(handle)
            throw failure
        }
        self.handle = handle
        sizeInBytes = UInt64(size)
        canTellZeros = nbd_can_meta_context(handle, LIBNBD_CONTEXT_BASE_ALLOCATION) == 1
    }

    deinit {
        _ = nbd_shutdown(handle, 0)
        nbd_close(handle)
    }

    func read(into slice: BufferSlice, at offset: UInt64) throws(Failure) {
        var done = 0
        while done < slice.count {
            let piece = slice[done..<min(slice.count, done + Self.largestRead)]
            let status = piece.withMutableBytes {
                nbd_pread(handle, $0.baseAddress, $0.count, offset + UInt64(done), 0)
            }
            guard status == 0 else { throw Self.lastFailure() }
            done += piece.count
        }
    }

    /// The first part of `range` that may hold data (`nbd_block_status` with base:allocation).
    func nextData(in range: Range<UInt64>) throws(Failure) -> Range<UInt64>? {
        guard canTellZeros else { return range.isEmpty ? nil : range }
        var position = range.lowerBound
        while position < range.upperBound {
            let asked = position..<min(range.upperBound, position + Self.largestQuestion)
            let extents = Extents()
            var callback = nbd_extent_callback()
            callback.user_data = Unmanaged.passRetained(extents).toOpaque()
            callback.callback = { user, _, _, entries, count, _ in
                guard let user, let entries else { return -1 }
                let pairs = UnsafeBufferPointer(start: entries, count: count)
                Unmanaged<Extents>.fromOpaque(user).takeUnretainedValue().entries += pairs
                return 0
            }
            callback.free = { user in
                if let user { Unmanaged<Extents>.fromOpaque(user).release() }
            }
            guard nbd_block_status(handle, UInt64(asked.count), position, callback, 0) == 0 else {
                throw Self.lastFailure()
            }
            let (data, end) = extents.firstData(in: asked)
            if let data { return data }
            guard end > position else { return position..<range.upperBound }
            position = end
        }
        return nil
    }

    /// What a server answers to one question: pairs of length and flags.
    private final class Extents {
        var entries: [UInt32] = []

        /// The first part of `asked` not known to be zeros, or nil, and how far the answer reached.
        func firstData(in asked: Range<UInt64>) -> (Range<UInt64>?, end: UInt64) {
            var start: UInt64?
            var position = asked.lowerBound
            for index in stride(from: 0, to: entries.count - 1, by: 2) where position < asked.upperBound {
                let isZero = entries[index + 1] & UInt32(LIBNBD_STATE_ZERO) != 0
                if isZero, let start { return (start..<position, position) }
                if !isZero, start == nil { start = position }
                position = min(asked.upperBound, position + UInt64(entries[index]))
            }
            return (start.map { $0..<position }, position)
        }
    }

    /// libnbd keeps the last error of each thread.
    private static func lastFailure() -> Failure {
        Failure(message: nbd_get_error().map { String(cString: $0) } ?? "an unknown error of libnbd")
    }
}
