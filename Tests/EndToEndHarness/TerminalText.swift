/// Turns what a terminal would receive into plain lines: drops carriage returns, escape sequences and other controls.
package struct TerminalText {
    private enum Place {
        case text
        case escape
        case sequence
    }

    private var place = Place.text
    /// Bytes of a character whose end has not arrived yet.
    private var unfinished: [UInt8] = []

    package init() {}

    /// The plain text of the next bytes. Sequences and characters may be cut anywhere between two calls.
    package mutating func plain(_ bytes: [UInt8]) -> String {
        var kept = unfinished
        for byte in bytes {
            switch place {
            case .text:
                if byte == 0x1B {
                    place = .escape
                } else if byte >= 0x20 || byte == 0x0A || byte == 0x09 {
                    kept.append(byte)
                }
            case .escape:
                place = byte == UInt8(ascii: "[") ? .sequence : .text
            case .sequence:
                // Parameter and intermediate bytes lie below 0x40; the final byte ends the sequence.
                if byte >= 0x40 { place = .text }
            }
        }
        unfinished = Array(kept.suffix(Self.unfinishedLength(kept)))
        return String(decoding: kept.dropLast(unfinished.count), as: UTF8.self)
    }

    /// How many bytes at the end begin a UTF-8 character that is not complete.
    private static func unfinishedLength(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? back : 0
        }
        return 0
    }
}
