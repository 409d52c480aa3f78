internal import Buffers

/// GUIDs as UEFI stores them: the first three fields little-endian, the rest as it is written (UEFI specification, appendix A).
enum GUIDText {
    /// "c12a7328-f81f-11d2-ba4b-00a0c93ec93b" of 16 bytes.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let stored = Array(bytes)
        precondition(stored.count == 16, "a GUID of \(stored.count) bytes")
        let digits = order.map { hex(stored[$0]) }
        let ends = [0, 4, 6, 8, 10, 16]
        return zip(ends, ends.dropFirst()).map { digits[$0..<$1].joined() }.joined(separator: "-")
    }

    /// The 16 bytes of a text with or without capitals; nil when it is none.
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.filter { $0 != "-" }
        guard digits.utf8.count == 32, text.utf8.count == 36 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        for (index, place) in order.enumerated() {
            let start = digits.index(digits.startIndex, offsetBy: 2 * index)
            guard let byte = UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16) else { return nil }
            bytes[place] = byte
        }
        return bytes
    }

    /// "0b3c5d…" → "0b3c5d…-…": as tools spell a UUID of which the digits are known.
    static func hyphenated(_ digits: String) -> String {
        let digits = Array(digits)
        let ends = [0, 8, 12, 16, 20, digits.count]
        return zip(ends, ends.dropFirst()).map { String(digits[$0..<$1]) }.joined(separator: "-")
    }

    static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    /// Where each byte of the text is stored.
    private static let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
}
