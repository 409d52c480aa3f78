/// An address with the length of its network: "192.0.2.5/24", "2001:db8::5/64".
package struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    package let address: IPAddress
    package let prefixLength: Int

    package var description: String { "\(address)/\(prefixLength)" }

    /// Also takes a mask: "192.0.2.5/255.255.255.0". Throws for what no interface can have.
    package init(_ text: String) throws(NetworkError) {
        let sides = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = IPAddress(sides[0]) else { throw NetworkError("\"\(text)\" is no address.") }
        guard sides.count == 2, let length = Self.length(sides[1], of: address) else {
            throw NetworkError(
                "\"\(text)\" lacks the length of its network: \(address)/\(address.isVersion6 ? 64 : 24), for instance."
            )
        }
        if !address.isVersion6, length < 31, address.hasOnly(0, from: length) || address.hasOnly(1, from: length) {
            throw NetworkError("\(address)/\(length) is the network or its broadcast address, and no machine's.")
        }
        self.address = address
        prefixLength = length
    }

    package func contains(_ other: IPAddress) -> Bool { address.shares(prefixLength, bitsWith: other) }

    private static func length(_ text: Substring, of address: IPAddress) -> Int? {
        if let number = Int(text) { return (1...address.bitCount).contains(number) ? number : nil }
        guard !address.isVersion6, let mask = IPAddress(text), !mask.isVersion6 else { return nil }
        let ones = mask.bytes.reduce(0) { $0 + $1.nonzeroBitCount }
        return ones > 0 && mask.hasOnly(0, from: ones) ? ones : nil
    }
}
