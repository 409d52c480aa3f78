internal import CLZMA
internal import CZlib
internal import Zstd

/// Opens one compressed stream piece by piece. One thread at a time.
package protocol StreamDecoder: AnyObject {
    /// Opens what `bytes` hold of the stream and hands it to `sink`. Answers how many bytes were taken, and whether the stream
    /// is complete: then the rest is not its own. Throws `damaged`, and what `sink` throws.
    func push(
        _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> (taken: Int, isComplete: Bool)

    /// Whether the stream is whole when nothing follows what was taken, though it does not say so itself.
    var mayEnd: Bool { get }
}

extension StreamDecoder {
    package var mayEnd: Bool { false }
}

extension Compression {
    /// Throws `unsupported` for what is not gzip, zstd, xz or lz4.
    package func decoder() throws(ArchiveError) -> any StreamDecoder {
        switch self {
        case .gzip: return GzipDecoder()
        case .zstd: return ZstdDecoder()
        case .xz: return XZDecoder()
        case .lz4: return LZ4Decoder()
        case .none, .lzma, .bzip2, .lzo:
            throw ArchiveError(.unsupported, "it is packed with \(rawValue), which this program does not open")
        }
    }
}

/// Room for what a decoder makes at a time: large enough that calls do not count.
private let roomLength = 256 * 1024

private final class ZstdDecoder: StreamDecoder {
    private let stream = StreamDecompressor()

    func push(
        _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> (taken: Int, isComplete: Bool) {
        do { return try stream.push(bytes, sink) } catch let error as ZstdError {
            throw ArchiveError(.damaged, error.description)
        }
    }
}

/// One member of a gzip file (`inflate`, RFC 1952).
private final class GzipDecoder: StreamDecoder {
    private var stream = z_stream()
    private var room = [UInt8](repeating: 0, count: roomLength)

    init() {
        guard lifeboat_inflate_init_gzip(&stream) == Z_OK else { fatalError("no memory for inflateInit2") }
    }

    deinit { inflateEnd(&stream) }

    func push(
        _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> (taken: Int, isComplete: Bool) {
        let count = min(bytes.count, Int(UInt32.max))
        // inflate does not write through next_in; zlib only lacks the const.
        stream.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = UInt32(count)
        while true {
            let (result, made) = room.withUnsafeMutableBufferPointer { room in
                stream.next_out = room.baseAddress
                stream.avail_out = UInt32(room.count)
                let result = inflate(&stream, Z_NO_FLUSH)
                return (result, room.count - Int(stream.avail_out))
            }
            guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
                throw ArchiveError(.damaged, "zlib: \(stream.msg.map { String(cString: $0) } ?? "error \(result)")")
            }
            if made > 0 { try room.withUnsafeBytes { try sink(UnsafeRawBufferPointer(rebasing: $0[..<made])) } }
            let taken = count - Int(stream.avail_in)
            if result == Z_STREAM_END { return (taken, true) }
            if stream.avail_in == 0, made < room.count { return (taken, false) }
        }
    }
}

/// One stream of an xz file (`lzma_stream_decoder`).
private final class XZDecoder: StreamDecoder {
    /// Dictionaries above this are refused: what they need as memory.
    private static let memoryLimit: UInt64 = 128 << 20
    private var stream = lifeboat_lzma_stream()
    private var room = [UInt8](repeating: 0, count: roomLength)

    init() {
        guard lzma_stream_decoder(&stream, Self.memoryLimit, 0) == LZMA_OK else {
            fatalError("no memory for lzma_stream_decoder")
        }
    }

    deinit { lzma_end(&stream) }

    func push(
        _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> (taken: Int, isComplete: Bool) {
        stream.next_in = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = bytes.count
        while true {
            let (result, made) = room.withUnsafeMutableBufferPointer { room in
                stream.next_out = room.baseAddress
                stream.avail_out = room.count
                let result = lzma_code(&stream, LZMA_RUN)
                return (result, room.count - stream.avail_out)
            }
            guard result == LZMA_OK || result == LZMA_STREAM_END || result == LZMA_BUF_ERROR else {
                throw ArchiveError(.damaged, "liblzma: error \(result.rawValue)")
            }
            if made > 0 { try room.withUnsafeBytes { try sink(UnsafeRawBufferPointer(rebasing: $0[..<made])) } }
            let taken = bytes.count - stream.avail_in
            if result == LZMA_STREAM_END { return (taken, true) }
            if stream.avail_in == 0, made < room.count { return (taken, false) }
        }
    }
}
