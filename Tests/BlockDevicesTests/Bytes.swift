import BlockDevices
import Buffers

/// A buffer filled by a rule.
func buffer(_ count: Int, _ byte: (Int) -> UInt8) -> BufferSlice {
    let slice = AlignedBuffer(capacity: count).all
    slice.withMutableBytes { bytes in
        for index in bytes.indices { bytes[index] = byte(index) }
    }
    return slice
}

extension BlockSource {
    /// `count` bytes from `offset`.
    func bytes(_ offset: UInt64, _ count: Int) throws -> [UInt8] {
        let slice = AlignedBuffer(capacity: count).all
        try read(into: slice, at: offset)
        return slice.withBytes { Array($0) }
    }
}
