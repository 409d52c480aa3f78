internal import CLZ4

/// The form of lz4 that a kernel takes ("legacy frame", lz4_Frame_format.md; Linux, lib/decompress_unlz4.c): a mark, then blocks,
/// each behind its length as 32 bits, least significant byte first. Nothing says where it ends: it ends with its file, or with a
/// length of zero. A further mark between blocks is passed over, so that streams behind one another are one stream.
package enum LZ4Stream {
    static let mark = Compression.lz4.magic
    /// What a block unpacks to, at most.
    static let blockLength = 8 << 20

    /// A whole stream.
    package static func packed(_ bytes: [UInt8]) -> [UInt8] {
        var stream = mark
        var room = [CChar](repeating: 0, count: Int(LZ4_compressBound(Int32(blockLength))))
        for start in stride(from: 0, to: bytes.count, by: blockLength) {
            let length = min(blockLength, bytes.count - start)
            let made = bytes.withUnsafeBytes { bytes in
                LZ4_compress_default(
                    bytes.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self), &room, Int32(length),
                    Int32(room.count))
            }
            precondition(made > 0, "LZ4_compress_default has room for every block")
            stream += withUnsafeBytes(of: UInt32(made).littleEndian, Array.init)
            stream += room[..<Int(made)].lazy.map { UInt8(bitPattern: $0) }
        }
        return stream
    }
}

final class LZ4Decoder: StreamDecoder {
    private enum State { case mark, length, block(Int) }

    private var state = State.mark
    private var pending: [UInt8] = []
    private var room = [UInt8](repeating: 0, count: LZ4Stream.blockLength)

    /// Between blocks.
    var mayEnd: Bool { if case .length = state { pending.isEmpty } else { false } }

    func push(
        _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> (taken: Int, isComplete: Bool) {
        var index = 0
        while index < bytes.count {
            let wanted = if case .block(let length) = state { length } else { 4 }
            let part = min(wanted - pending.count, bytes.count - index)
            pending.append(contentsOf: bytes[index..<index + part])
            index += part
            guard pending.count == wanted else { break }
            switch state {
            case .mark:
                guard pending == LZ4Stream.mark else { throw ArchiveError(.damaged, "an lz4 stream lacks its mark") }
                state = .length
            case .length where pending == LZ4Stream.mark:
                break
            case .length:
                let length = pending.reversed().reduce(0) { $0 << 8 | Int($1) }
                guard length > 0 else { return (index - wanted, true) }
                guard length <= LZ4_compressBound(Int32(LZ4Stream.blockLength)) else {
                    throw ArchiveError(.damaged, "an lz4 block has \(length) bytes")
                }
                state = .block(length)
            case .block:
                let made = pending.withUnsafeBytes { packed in
                    room.withUnsafeMutableBytes { room in
                        LZ4_decompress_safe(
                            packed.baseAddress?.assumingMemoryBound(to: CChar.self),
                            room.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(packed.count),
                            Int32(room.count))
                    }
                }
                guard made >= 0 else { throw ArchiveError(.damaged, "an lz4 block cannot be opened") }
                try room.withUnsafeBytes { try sink(UnsafeRawBufferPointer(rebasing: $0[..<Int(made)])) }
                state = .length
            }
            pending.removeAll(keepingCapacity: true)
        }
        return (index, false)
    }
}
