/// What settings call an interface: a name of the kernel's or the hardware address of a card, and a VLAN on it.
package struct InterfaceName: Hashable, Sendable, CustomStringConvertible {
    /// IFNAMSIZ without the terminating zero.
    private static let longest = 15

    /// "eth0", or "52:54:00:12:34:56" in small letters.
    package let card: String
    /// 1 to 4094.
    package let vlan: Int?

    package var description: String { vlan.map { "\(card).\($0)" } ?? card }
    package var isHardwareAddress: Bool { card.contains(":") }

    package init(card: String, vlan: Int? = nil) {
        self.card = card
        self.vlan = vlan
    }

    /// "eth0", "eth0.42", "52:54:00:12:34:56.42".
    package init(_ text: String) throws(NetworkError) {
        let sides = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        vlan = try sides.count == 2 ? Self.vlan(sides[1], in: text) : nil
        card = sides[0].contains(":") ? sides[0].lowercased() : sides[0]
        let fits = card.contains(":") ? Self.isHardwareAddress(card) : Self.isName(card)
        guard fits else { throw NetworkError("\"\(text)\" is no interface: eth0, eth0.42, or a card's address.") }
    }

    /// What the kernel calls it where the card is called `card`; a VLAN on a long name is named by its number alone.
    package func kernelName(on card: String) -> String {
        guard let vlan else { return card }
        let name = "\(card).\(vlan)"
        return name.utf8.count <= Self.longest ? name : "vlan\(vlan)"
    }

    private static func vlan(_ text: String, in whole: String) throws(NetworkError) -> Int {
        guard let number = Int(text), (1...4094).contains(number) else {
            throw NetworkError("\"\(whole)\": the number of a VLAN is from 1 to 4094.")
        }
        return number
    }

    private static func isName(_ text: String) -> Bool {
        (1...longest).contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
            && IPAddress(text) == nil && text.contains { $0.isLetter }
    }

    private static func isHardwareAddress(_ text: String) -> Bool {
        let pairs = text.split(separator: ":", omittingEmptySubsequences: false)
        return pairs.count == 6
            && pairs.allSatisfy { $0.utf8.count == 2 && $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
    }
}
