internal import CXXHash

/// XXH3 (64 bit, seed 0, libxxhash `XXH3_64bits`) of a block: decides chunk boundaries, never identity.
package func blockHash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    XXH3_64bits(bytes.baseAddress, bytes.count)
}
