extension Compressor {
    /// One frame of a small object, for metadata; the data path uses slices.
    package func compress(_ bytes: [UInt8]) throws(ZstdError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: Compressor.bound(of: bytes.count))
        let result = output.withUnsafeMutableBytes { target in
            bytes.withUnsafeBytes { source in
                Result { () throws(ZstdError) in try compress(source, into: target) }
            }
        }
        output.removeLast(output.count - (try result.get()))
        return output
    }
}

extension Decompressor {
    /// Opens a small object's frame of exactly `length` plain bytes.
    package func decompress(_ bytes: ArraySlice<UInt8>, length: Int) throws(ZstdError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: length)
        let result = output.withUnsafeMutableBytes { target in
            bytes.withUnsafeBytes { source in
                Result { () throws(ZstdError) in try decompress(source, into: target) }
            }
        }
        try result.get()
        return output
    }
}
