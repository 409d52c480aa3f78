package import Digests

/// Appends fields in the byte order of the format (little-endian).
package struct ByteWriter {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    package mutating func append<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func append(_ digest: Digest) {
        for word in [digest.words.0, digest.words.1, digest.words.2, digest.words.3] {
            withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
        }
    }

    package mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    package mutating func zeros(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }

    /// An unsigned LEB128 integer, at most 9 bytes (63 bits).
    package mutating func appendVariable(_ value: UInt64) {
        precondition(value >> 63 == 0, "\(value) does not fit a variable-length integer of the format")
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A signed difference, zigzag-coded so that small ones of either sign stay short.
    package mutating func appendZigzag(_ value: Int64) {
        appendVariable(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// Puts `value` over bytes written before, at `offset`.
    package mutating func patch<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
        withUnsafeBytes(of: value.littleEndian) { source in
            for (index, byte) in source.enumerated() { bytes[offset + index] = byte }
        }
    }
}
