/// GRUB's environment block (`grubenv`): text of exactly 1024 bytes, filled up with "#". GRUB writes to its sectors directly and
/// refuses any other length.
enum EnvironmentBlock {
    static let size = 1024

    /// The text with its fill made to measure; nil when it is too long.
    static func padded(_ bytes: [UInt8]) -> [UInt8]? {
        let fill = UInt8(ascii: "#")
        // The fill follows the last line; a "#" before that belongs to the header.
        let end = bytes.lastIndex { $0 != fill }.map { $0 + 1 } ?? 0
        guard end <= size else { return nil }
        return bytes[..<end] + [UInt8](repeating: fill, count: size - end)
    }
}
