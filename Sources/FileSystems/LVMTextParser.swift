/// Parses LVM2's text metadata (lvm2, `libdm/libdm-config.c`): `name { … }`, `name = value`, `# comment`.
///
/// Pure; refuses what it does not understand, so that a newer syntax makes a volume group opaque, never wrong.
package struct LVMTextParser {
    /// Sections and arrays inside each other; lvm2 writes at most five.
    private static let deepest = 16

    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The top section. Throws `damaged`.
    package static func parse(_ bytes: [UInt8]) throws(FileSystemError) -> LVMText {
        var parser = LVMTextParser(bytes)
        let tree = try parser.members(depth: 0)
        guard parser.peek() == nil else { throw parser.error("an unexpected “}”") }
        return .section(tree)
    }

    private func error(_ what: String) -> FileSystemError {
        FileSystemError(.damaged, "LVM metadata: \(what) at byte \(position)")
    }

    /// The next byte that is neither blank nor comment, not consumed; nil at the end (or at a NUL, which ends it).
    private mutating func peek() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "#"):
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            case 0: return nil
            default: return bytes[position]
            }
        }
        return nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func members(depth: Int) throws(FileSystemError) -> [String: LVMText] {
        guard depth < Self.deepest else { throw error("too many levels") }
        var result: [String: LVMText] = [:]
        while let next = peek(), next != UInt8(ascii: "}") {
            let name = try name()
            let value: LVMText
            if take("{") {
                value = .section(try members(depth: depth + 1))
                guard take("}") else { throw error("a missing “}”") }
            } else if take("=") {
                value = try self.value(depth: depth + 1)
            } else {
                throw error("neither “{” nor “=” after “\(name)”")
            }
            guard result.updateValue(value, forKey: name) == nil else { throw error("a second “\(name)”") }
        }
        return result
    }

    private mutating func name() throws(FileSystemError) -> String {
        let start = position
        while position < bytes.count, Self.isName(bytes[position]) { position += 1 }
        guard position > start else { throw error("a name is missing") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "!"), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    private mutating func value(depth: Int) throws(FileSystemError) -> LVMText {
        guard depth < Self.deepest else { throw error("too many levels") }
        if take("[") {
            var values: [LVMText] = []
            while !take("]") {
                values.append(try value(depth: depth + 1))
                guard take(",") || peek() == UInt8(ascii: "]") else { throw error("neither “,” nor “]”") }
            }
            return .array(values)
        }
        if take("\"") { return .string(try quoted()) }
        guard peek() != nil else { throw error("a value is missing") }
        let text = try name()
        guard let number = Int64(text) else { throw error("“\(text)” is no number") }
        return .number(number)
    }

    /// The rest of a string whose opening quote was consumed; `\"` and `\\` are escapes.
    private mutating func quoted() throws(FileSystemError) -> String {
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), position < bytes.count {
                text.append(bytes[position])
                position += 1
            } else {
                text.append(byte)
            }
        }
        throw error("a string without end")
    }
}
