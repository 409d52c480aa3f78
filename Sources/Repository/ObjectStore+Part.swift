internal import Buffers

extension ObjectStore {
    /// Exactly `count` bytes of an object from `offset`, for metadata; the data path reads into slices.
    package func read(_ name: String, at offset: UInt64, count: Int) throws(StoreError) -> [UInt8] {
        guard count > 0 else { return [] }
        let buffer = AlignedBuffer(capacity: count)
        try read(name, at: offset, into: buffer[0..<count])
        return buffer[0..<count].withBytes { Array($0) }
    }
}
