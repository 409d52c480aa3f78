/// Text as UEFI stores it: 16-bit units, little-endian, ended by a zero.
enum UCS2 {
    static func bytes(_ text: String) -> [UInt8] {
        (Array(text.utf16) + [0]).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    }

    /// Up to the first zero or the end.
    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let stored = Array(bytes)
        let units = stride(from: 0, to: stored.count - 1, by: 2).map {
            UInt16(stored[$0]) | UInt16(stored[$0 + 1]) << 8
        }
        return String(decoding: units.prefix { $0 != 0 }, as: UTF16.self)
    }
}
