package import Buffers
internal import CZstd

/// Owner of one libzstd decompression context (`ZSTD_DCtx`); one thread at a time.
package struct Decompressor: ~Copyable {
    private let context: OpaquePointer

    package init() {
        guard let context = ZSTD_createDCtx() else { fatalError("no memory for ZSTD_createDCtx") }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Opens one frame. It must give exactly `target.count` bytes: the length is known from verified metadata,
    /// so a frame that claims another is damaged or hostile and is refused.
    package func decompress(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(ZstdError) {
        let length = ZSTD_decompressDCtx(context, target.baseAddress, target.count, source.baseAddress, source.count)
        guard ZSTD_isError(length) == 0 else {
            throw ZstdError("ZSTD_decompressDCtx: \(String(cString: ZSTD_getErrorName(length)))")
        }
        guard length == target.count else {
            throw ZstdError("the frame holds \(length) bytes where \(target.count) were announced")
        }
    }

    /// The same over slices of aligned buffers.
    package func decompress(_ source: BufferSlice, into target: BufferSlice) throws(ZstdError) {
        try source.withBytes { (stored) throws(ZstdError) in
            try target.withMutableBytes { (plain) throws(ZstdError) in try decompress(stored, into: plain) }
        }
    }
}
