/// Owner of one run of page-aligned memory, allocated once and handed around as slices.
///
/// The data path moves whole frames and whole reads through a fixed set of these, so that nothing is
/// allocated per block. Alignment to 4096 bytes makes every buffer fit for direct I/O.
///
/// `@unchecked Sendable`: the memory has no lock. Whoever holds a slice that is being written must be its
/// only user; the pipelines hand a buffer from one thread to the next through a queue, never share it.
package final class AlignedBuffer: @unchecked Sendable {
    private let base: UnsafeMutableRawBufferPointer

    /// Allocates `capacity` bytes, not cleared, at a multiple of `alignment` (a power of two).
    package init(capacity: Int, alignment: Int = 4096) {
        precondition(capacity > 0, "a buffer of \(capacity) bytes")
        base = .allocate(byteCount: capacity, alignment: alignment)
    }

    deinit { base.deallocate() }

    package var capacity: Int { base.count }

    /// The whole buffer as a slice.
    package var all: BufferSlice { BufferSlice(buffer: self, offset: 0, count: capacity) }

    /// The bytes in `range`; traps when it leaves the buffer.
    package subscript(range: Range<Int>) -> BufferSlice { all[range] }

    fileprivate func bytes(_ offset: Int, _ count: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: base[offset..<offset + count])
    }
}

/// A run of bytes inside an `AlignedBuffer`, which it keeps alive. Bounds are checked once, when it is made.
package struct BufferSlice: Sendable {
    package let buffer: AlignedBuffer
    package let offset: Int
    package let count: Int

    fileprivate init(buffer: AlignedBuffer, offset: Int, count: Int) {
        self.buffer = buffer
        self.offset = offset
        self.count = count
    }

    /// The bytes in `range`, counted from the start of this slice; traps when it leaves the slice.
    package subscript(range: Range<Int>) -> BufferSlice {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count, "bytes \(range) of a slice of \(count) bytes")
        return BufferSlice(buffer: buffer, offset: offset + range.lowerBound, count: range.count)
    }

    /// Lends the bytes for reading. The pointer is valid inside `body` only.
    @inline(__always)
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(buffer.bytes(offset, count)))
    }

    /// Lends the bytes for writing. The pointer is valid inside `body` only.
    @inline(__always)
    package func withMutableBytes<Result, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(buffer.bytes(offset, count))
    }
}
