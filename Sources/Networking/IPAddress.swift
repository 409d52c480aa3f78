internal import Glibc

/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16, in network order.
    package let bytes: [UInt8]

    package var isVersion6: Bool { bytes.count == 16 }
    package var bitCount: Int { bytes.count * 8 }

    /// As `inet_pton(3)` reads it; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let isVersion6 = text.contains(":")
        var bytes = [UInt8](repeating: 0, count: isVersion6 ? 16 : 4)
        guard inet_pton(isVersion6 ? AF_INET6 : AF_INET, String(text), &bytes) == 1 else { return nil }
        self.bytes = bytes
    }

    /// As `inet_ntop(3)` writes it.
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let bytes = bytes
        guard inet_ntop(isVersion6 ? AF_INET6 : AF_INET, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package var isLinkLocal: Bool { isVersion6 && bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80 }

    /// From the most significant one on.
    private func bit(_ position: Int) -> UInt8 {
        let shift = 7 - position % 8
        return (bytes[position / 8] >> shift) & 1
    }

    /// Whether the bits from `position` on are all 0, or all 1.
    func hasOnly(_ wanted: UInt8, from position: Int) -> Bool {
        (position..<bitCount).allSatisfy { bit($0) == wanted }
    }

    func shares(_ count: Int, bitsWith other: IPAddress) -> Bool {
        bytes.count == other.bytes.count && (0..<count).allSatisfy { bit($0) == other.bit($0) }
    }
}
