/// What somebody at a console did.
package enum ConsoleInput: Hashable, Sendable {
    case line(String)
    /// Ctrl-C.
    case interrupt
    /// Of a console that is attached to another one: it is its own again.
    case leave
}

/// Takes what comes from a terminal apart: lines, and Ctrl-C, which the terminal delivers as a character.
package struct LineReader: Sendable {
    /// No answer is longer; what is beyond is dropped.
    private static let limit = 4096
    private var bytes: [UInt8] = []
    private var endedByReturn = false

    package init() {}

    /// A line ends with "\n", "\r" or both. Control characters in it are dropped.
    package mutating func feed(_ received: some Sequence<UInt8>) -> [ConsoleInput] {
        var inputs: [ConsoleInput] = []
        for byte in received {
            defer { endedByReturn = byte == 0x0d }
            switch byte {
            case 0x0a where endedByReturn: continue
            case 0x0a, 0x0d:
                inputs.append(.line(String(decoding: bytes, as: UTF8.self)))
                bytes = []
            case 0x03:
                inputs.append(.interrupt)
                bytes = []
            case 0x20..., 0x09: if bytes.count < Self.limit, byte != 0x7f { bytes.append(byte) }
            default: continue
            }
        }
        return inputs
    }
}
