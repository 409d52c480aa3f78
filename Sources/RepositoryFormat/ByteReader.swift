package import Digests

/// Reads fields from bytes of unknown origin, one by one; every read is checked against the end.
package struct ByteReader {
    private let bytes: [UInt8]
    package private(set) var offset: Int
    private let end: Int
    /// What is being read, for messages: "map page 3f9a…".
    package let subject: String

    package init(_ bytes: [UInt8], from offset: Int = 0, subject: String) {
        self.bytes = bytes
        self.offset = offset
        self.end = bytes.count
        self.subject = subject
    }

    package var remaining: Int { end - offset }

    /// The error for content that contradicts the format at the present offset.
    package func damaged(_ what: String) -> FormatError {
        FormatError(.damaged, "\(subject) is damaged: \(what) (at byte \(offset)).")
    }

    private func need(_ count: Int) throws(FormatError) {
        guard count >= 0, count <= remaining else {
            throw FormatError(
                .wrongLength, "\(subject) is cut off: \(count) bytes are missing at byte \(offset) of \(end).")
        }
    }

    @inline(__always)
    package mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws(FormatError)
        -> Value
    {
        let size = MemoryLayout<Value>.size
        try need(size)
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
        offset += size
        return Value(littleEndian: value)
    }

    /// An integer that becomes a Swift count; `limit` is the largest allowed value.
    package mutating func count(_ name: String, limit: Int) throws(FormatError) -> Int {
        let value = try integer(UInt32.self)
        guard Int(value) <= limit else {
            throw FormatError(.aboveLimit, "\(subject) announces \(value) \(name); the limit is \(limit).")
        }
        return Int(value)
    }

    package mutating func digest() throws(FormatError) -> Digest {
        try need(Digest.byteCount)
        defer { offset += Digest.byteCount }
        return bytes.withUnsafeBytes { all in
            Digest(bytes: UnsafeRawBufferPointer(rebasing: all[offset..<offset + Digest.byteCount]))
        }
    }

    package mutating func bytes(_ count: Int) throws(FormatError) -> ArraySlice<UInt8> {
        try need(count)
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    package mutating func text(_ count: Int, _ name: String) throws(FormatError) -> String {
        let raw = try bytes(count)
        guard let text = String(validating: raw, as: UTF8.self) else { throw damaged("\(name) is not UTF-8") }
        return text
    }

    /// Passes over bytes that the format fixes to zero; anything else there is refused.
    package mutating func zeros(_ count: Int) throws(FormatError) {
        guard try bytes(count).allSatisfy({ $0 == 0 }) else { throw damaged("a reserved field is not zero") }
    }

    package mutating func skip(_ count: Int) throws(FormatError) {
        try need(count)
        offset += count
    }

    package mutating func variable() throws(FormatError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 63 {
            let byte = try integer(UInt8.self)
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 {
                guard byte != 0 || shift == 0 else { throw damaged("a variable-length integer with zeros in front") }
                return value
            }
            shift += 7
        }
        throw damaged("a variable-length integer is longer than 9 bytes")
    }

    package mutating func zigzag() throws(FormatError) -> Int64 {
        let value = try variable()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    package func finish() throws(FormatError) {
        guard remaining == 0 else { throw damaged("\(remaining) bytes follow its end") }
    }
}
