internal import Buffers

extension BufferSlice {
    /// Whether every byte is zero. Complexity: linear; words at a time.
    var isZero: Bool {
        withBytes { bytes in
            let words = bytes.count / 8
            var offset = 0
            while offset < words {
                // A page at a time: no branch inside, and an early end where data is.
                let limit = min(offset + 512, words)
                var any: UInt64 = 0
                while offset < limit {
                    any |= bytes.loadUnaligned(fromByteOffset: offset * 8, as: UInt64.self)
                    offset += 1
                }
                if any != 0 { return false }
            }
            return bytes[(words * 8)...].allSatisfy { $0 == 0 }
        }
    }

    /// Whether both hold the same bytes. Complexity: linear; words at a time.
    func holdsSame(as other: BufferSlice) -> Bool {
        guard count == other.count else { return false }
        return withBytes { mine in
            other.withBytes { theirs in
                let words = mine.count / 8
                for word in 0..<words
                where mine.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)
                    != theirs.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)
                {
                    return false
                }
                return mine[(words * 8)...].elementsEqual(theirs[(words * 8)...])
            }
        }
    }
}
