internal import CZstd

/// Owner of one libzstd context that opens a frame piece by piece (`ZSTD_decompressStream`); for streams whose length nobody
/// vouches for. One thread at a time.
package final class StreamDecompressor {
    private let context: OpaquePointer
    private var output = [UInt8](repeating: 0, count: ZSTD_DStreamOutSize())

    /// Frames with a window above 128 MiB are refused: what they need as memory.
    package init() {
        guard let context = ZSTD_createDStream() else { fatalError("no memory for ZSTD_createDStream") }
        self.context = context
        _ = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 27)
    }

    deinit { ZSTD_freeDStream(context) }

    /// Opens what `bytes` hold of the frame and hands it on. Answers how many bytes were taken, and whether the frame is
    /// complete: then the rest is not its own.
    package func push<Failure: Error>(
        _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws -> (taken: Int, isComplete: Bool) {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while true {
            let (result, made) = output.withUnsafeMutableBytes { room in
                var target = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
                let result = ZSTD_decompressStream(context, &target, &input)
                return (result, target.pos)
            }
            guard ZSTD_isError(result) == 0 else {
                throw ZstdError("ZSTD_decompressStream: \(String(cString: ZSTD_getErrorName(result)))")
            }
            if made > 0 { try output.withUnsafeBytes { try sink(UnsafeRawBufferPointer(rebasing: $0[..<made])) } }
            if result == 0 { return (input.pos, true) }
            if input.pos == input.size, made < output.count { return (input.pos, false) }
        }
    }
}
