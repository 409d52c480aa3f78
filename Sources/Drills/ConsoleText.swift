/// Plain text out of what a terminal would be sent: without carriage returns, escape sequences (ECMA-48) and other controls.
/// Sequences may be cut anywhere between two calls; bytes beyond ASCII become "?".
package struct ConsoleText {
    private enum Place { case text, escape, sequence }
    private var place = Place.text

    package init() {}

    package mutating func plain(_ bytes: [UInt8]) -> String {
        var kept: [UInt8] = []
        for byte in bytes {
            switch place {
            case .text:
                if byte == 0x1b {
                    place = .escape
                } else if byte >= 0x20 || byte == 0x0a || byte == 0x09 {
                    kept.append(byte < 0x7f ? byte : UInt8(ascii: "?"))
                }
            case .escape: place = byte == UInt8(ascii: "[") ? .sequence : .text
            case .sequence:
                // The final byte; parameters and intermediates lie below.
                if byte >= 0x40 { place = .text }
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
