package import Buffers
internal import CZstd

/// Owner of one libzstd compression context (`ZSTD_CCtx`); one thread at a time.
package struct Compressor: ~Copyable {
    private let context: OpaquePointer

    /// `level` as in zstd's own command line, 1 to 19; window size follows from it.
    package init(level: Int32) {
        guard let context = ZSTD_createCCtx() else { fatalError("no memory for ZSTD_createCCtx") }
        self.context = context
        _ = ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        _ = ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1)
        // The stored frame's SHA-256 is in the pack's index; a second checksum would only cost room.
        _ = ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 0)
    }

    deinit { ZSTD_freeCCtx(context) }

    /// Room that a frame of `count` plain bytes can need at most (`ZSTD_compressBound`).
    package static func bound(of count: Int) -> Int { ZSTD_compressBound(count) }

    /// Compresses `source` as one frame into the start of `target`; returns the frame's length in bytes.
    package func compress(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(ZstdError) -> Int {
        let length = ZSTD_compress2(context, target.baseAddress, target.count, source.baseAddress, source.count)
        guard ZSTD_isError(length) == 0 else {
            throw ZstdError("ZSTD_compress2: \(String(cString: ZSTD_getErrorName(length)))")
        }
        return length
    }

    /// The same over slices of aligned buffers.
    package func compress(_ source: BufferSlice, into target: BufferSlice) throws(ZstdError) -> Int {
        try source.withBytes { (plain) throws(ZstdError) in
            try target.withMutableBytes { (stored) throws(ZstdError) in try compress(plain, into: stored) }
        }
    }
}
