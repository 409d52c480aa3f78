package import Buffers

/// Some neighbouring bytes of a disk, as they lie in the cache.
package enum ViewReaderPiece: Sendable {
    case zeros(Int)
    /// To be read only: others read the same bytes.
    case bytes(BufferSlice)

    package var count: Int {
        switch self {
        case .zeros(let count): count
        case .bytes(let slice): slice.count
        }
    }

    /// Fills the start of `target`, which has room for `count` bytes.
    package func copy(to target: UnsafeMutableRawBufferPointer) {
        switch self {
        case .zeros(let count):
            UnsafeMutableRawBufferPointer(rebasing: target[..<count]).initializeMemory(as: UInt8.self, repeating: 0)
        case .bytes(let slice): slice.withBytes { target.copyMemory(from: $0) }
        }
    }
}
