/// A SHA-256 value: identity of a chunk, a stored frame, an object. Four words, so that it is compared and hashed
/// without touching the heap.
package struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let byteCount = 32

    /// The 32 bytes as four big-endian words, in order.
    package var words: (UInt64, UInt64, UInt64, UInt64)

    package init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// Reads 32 bytes; traps on any other count.
    package init(bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Self.byteCount, "a digest of \(bytes.count) bytes")
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        words = (word(0), word(1), word(2), word(3))
    }

    /// Reads 64 hexadecimal digits; nil for anything else.
    package init?(hex: some StringProtocol) {
        guard hex.utf8.count == 64 else { return nil }
        var values: [UInt64] = []
        var rest = hex.utf8[...]
        for _ in 0..<4 {
            var value: UInt64 = 0
            for character in rest.prefix(16) {
                let digit: UInt8
                switch character {
                case 0x30...0x39: digit = character - 0x30
                case 0x61...0x66: digit = character - 0x61 + 10
                default: return nil
                }
                value = value << 4 | UInt64(digit)
            }
            values.append(value)
            rest = rest.dropFirst(16)
        }
        words = (values[0], values[1], values[2], values[3])
    }

    /// 64 lower-case hexadecimal digits.
    package var hex: String {
        var text = ""
        text.reserveCapacity(64)
        for word in [words.0, words.1, words.2, words.3] {
            let digits = String(word, radix: 16)
            text += String(repeating: "0", count: 16 - digits.count) + digits
        }
        return text
    }

    package var description: String { hex }

    /// The 32 bytes, in order.
    package var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) }
        }
    }

    package static func == (left: Digest, right: Digest) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2
            && left.words.3 == right.words.3
    }

    package static func < (left: Digest, right: Digest) -> Bool { left.words < right.words }

    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
