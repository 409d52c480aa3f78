/// What a value of the registry holds, with Windows' number of its type.
package struct RegistryValue: Hashable, Sendable {
    static let numberType: UInt32 = 4  // REG_DWORD

    package let type: UInt32
    package let bytes: [UInt8]

    /// REG_DWORD.
    package var number: UInt32? {
        guard type == Self.numberType, bytes.count == 4 else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// REG_SZ, REG_EXPAND_SZ: up to the first zero or the end.
    package var text: String? { [1, 2].contains(type) ? texts(bytes).first ?? "" : nil }

    /// REG_MULTI_SZ: texts up to the first empty one.
    package var list: [String]? { type == 7 ? Array(texts(bytes).prefix { !$0.isEmpty }) : nil }

    /// UTF-16, little-endian, cut at each zero; half a character at the end is left out.
    private func texts(_ bytes: [UInt8]) -> [String] {
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
        return units.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF16.self) }
    }
}
