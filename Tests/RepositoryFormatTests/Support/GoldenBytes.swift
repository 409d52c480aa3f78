/// Bytes of an object written out field by field, each with the name it has in docs/format.md.
struct GoldenBytes {
    private(set) var bytes: [UInt8] = []
    /// Name and range of every field, for messages.
    private(set) var fields: [(name: String, range: Range<Int>)] = []

    /// Adds a field given in hexadecimal digits; spaces are for the eye.
    mutating func field(_ name: String, _ hex: String) {
        let start = bytes.count
        let digits = hex.filter { $0 != " " }
        var rest = digits[...]
        while !rest.isEmpty {
            bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        precondition(digits.count % 2 == 0, "\(name) has half a byte")
        fields.append((name, start..<bytes.count))
    }

    /// `count` times the same byte.
    mutating func field(_ name: String, _ byte: UInt8, times count: Int) {
        fields.append((name, bytes.count..<bytes.count + count))
        bytes += [UInt8](repeating: byte, count: count)
    }

    mutating func header(kind: String, length: String) {
        field("magic", "89 4C 46 42 54 0D 0A 1A")
        field("kind", kind)
        field("version", "01 00")
        field("must-understand features", "00 00 00 00")
        field("may-ignore features", "00 00 00 00")
        field("zero", "00 00 00 00")
        field("length", length)
    }

    /// The field in which `other` differs first; nil when all bytes are equal.
    func firstDifference(from other: [UInt8]) -> String? {
        for (name, range) in fields {
            guard range.upperBound <= other.count else { return "\(name) is missing" }
            guard other[range].elementsEqual(bytes[range]) else {
                return "\(name) at \(range): \(Self.hex(other[range])) instead of \(Self.hex(bytes[range]))"
            }
        }
        return other.count == bytes.count ? nil : "\(other.count - bytes.count) bytes follow the end"
    }

    private static func hex(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { String($0, radix: 16) }.joined(separator: " ")
    }
}
