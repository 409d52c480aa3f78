/// A hardware address as six bytes, however it is spelled: "52:54:00:AB:CD:EF", "52-54-00-ab-cd-ef".
struct MACAddress: Hashable, CustomStringConvertible {
    let bytes: [UInt8]

    /// nil unless `text` is an address and nothing else, and one that a card can have.
    init?(_ text: String) {
        guard let found = Self.all(in: text).first, found.range == text.startIndex..<text.endIndex else { return nil }
        guard found.address.bytes.contains(where: { $0 != 0 }) else { return nil }
        self = found.address
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// As the kernel writes it: lower case, with colons.
    var description: String { spelled(separator: ":", isUpper: false) }

    /// Given by software and not by a maker: bridges, guests.
    var isLocallyAdministered: Bool { bytes[0] & 2 != 0 }
    var isMulticast: Bool { bytes[0] & 1 != 0 }

    private func spelled(separator: String, isUpper: Bool) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16, uppercase: isUpper)
            return digits.utf8.count == 1 ? "0\(digits)" : digits
        }.joined(separator: separator)
    }

    /// All addresses in a line. Longer rows of pairs (InfiniBand, GUIDs) are none.
    static func all(in line: String) -> [(address: MACAddress, range: Range<String.Index>)] {
        let bytes = Array(line.utf8)
        var found: [(address: MACAddress, range: Range<String.Index>)] = []
        var start = 0
        while start + 17 <= bytes.count {
            guard let address = parse(bytes[start..<start + 17]),
                start == 0 || !continues(bytes[start - 1]), start + 17 == bytes.count || !continues(bytes[start + 17])
            else {
                start += 1
                continue
            }
            let from = line.utf8.index(line.startIndex, offsetBy: start)
            found.append((address, from..<line.utf8.index(from, offsetBy: 17)))
            start += 17
        }
        return found
    }

    /// The line with addresses replaced, each in the spelling of the one before it.
    static func replacing(in line: String, _ replacements: [MACAddress: MACAddress]) -> String {
        var result = line
        for (address, range) in all(in: line).reversed() {
            guard let new = replacements[address], new != address else { continue }
            let old = line[range]
            let isUpper = old.utf8.contains { (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) }
            result.replaceSubrange(
                range, with: new.spelled(separator: old.utf8.contains(0x3a) ? ":" : "-", isUpper: isUpper))
        }
        return result
    }

    private static func parse(_ text: ArraySlice<UInt8>) -> MACAddress? {
        let text = Array(text)
        guard text[2] == 0x3a || text[2] == 0x2d else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: 17, by: 3) {
            guard let high = digit(text[place]), let low = digit(text[place + 1]),
                place == 15 || text[place + 2] == text[2]
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return MACAddress(bytes: bytes)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// What makes a row longer than it looks: a digit, or a separator with more behind it.
    private static func continues(_ byte: UInt8) -> Bool { digit(byte) != nil || byte == 0x3a || byte == 0x2d }
}
