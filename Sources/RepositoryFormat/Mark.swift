/// A position that somebody or something named (format.md, section 9, tag 8).
package struct Mark: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case cleanShutdown = 1
        /// File systems and applications stood still.
        case frozen = 2
        case endOfScan = 3
        /// An operator's label.
        case label = 4
        /// The moment was started in an emulated machine; the label says how that ended.
        case drill = 5
    }

    package var position: Position
    /// The moment's time, nanoseconds since 1970, UTC.
    package var time: Int64
    package var kind: Kind
    /// At most 255 bytes.
    package var label: String

    package init(position: Position, time: Int64, kind: Kind, label: String) {
        self.position = position
        self.time = time
        self.kind = kind
        self.label = label
    }
}

extension Mark {
    func encode(into writer: inout ByteWriter) {
        writer.append(position)
        writer.append(time)
        writer.append(kind.rawValue)
        writer.append(UInt8(0))
        writer.append(UInt16(label.utf8.count))
        writer.append(label.utf8)
    }

    static func decode(_ reader: inout ByteReader) throws(FormatError) -> Mark {
        let position = try reader.position()
        let time = try reader.time()
        guard let kind = Kind(rawValue: try reader.integer()) else { throw reader.damaged("a mark of unknown kind") }
        try reader.zeros(1)
        let length = Int(try reader.integer(UInt16.self))
        guard length <= Limits.name else {
            throw FormatError(.aboveLimit, "\(reader.subject) has a label of \(length) bytes.")
        }
        return Mark(position: position, time: time, kind: kind, label: try reader.text(length, "a label"))
    }
}
