/// A stretch of the timeline that was not, or not finely, captured (format.md, section 9, tag 5).
package struct Gap: Hashable, Sendable {
    package enum Reason: UInt8, Sendable {
        /// The host was off: nothing changed, so every time inside has the state of `from`.
        case hostOff = 1
        /// Nobody watched the disks: what they held inside is not known.
        case agentOff = 2
        /// Writes came faster than they could be kept, or were lost; the disks were compared again until `to`.
        case degraded = 3
    }

    package var reason: Reason
    /// The last position before it that can be opened.
    package var from: Position
    /// The first position after it that can be opened; nil while the gap lasts.
    package var to: Position?
    /// Nanoseconds since 1970, UTC.
    package var fromTime: Int64
    package var toTime: Int64?

    package init(reason: Reason, from: Position, to: Position?, fromTime: Int64, toTime: Int64?) {
        self.reason = reason
        self.from = from
        self.to = to
        self.fromTime = fromTime
        self.toTime = toTime
    }

    /// Whether the states strictly inside cannot be opened.
    package var isUnknown: Bool { reason != .hostOff }

    /// Whether `position` lies strictly inside.
    package func hides(_ position: Position) -> Bool {
        isUnknown && position > from && (to.map { position < $0 } ?? true)
    }
}

extension Gap {
    private static let open = Position(epoch: .max, sequence: .max)

    func encode(into writer: inout ByteWriter) {
        writer.append(reason.rawValue)
        writer.zeros(7)
        writer.append(from)
        writer.append(to ?? Self.open)
        writer.append(fromTime)
        writer.append(toTime ?? .max)
    }

    static func decode(_ reader: inout ByteReader) throws(FormatError) -> Gap {
        guard let reason = Reason(rawValue: try reader.integer()) else {
            throw reader.damaged("a gap of unknown reason")
        }
        try reader.zeros(7)
        let from = try reader.position()
        let isOpen = try reader.isOpen()
        let to = isOpen ? nil : try reader.position()
        let fromTime = try reader.time()
        guard let to else {
            guard try reader.integer(Int64.self) == .max else { throw reader.damaged("an open gap with an end") }
            return Gap(reason: reason, from: from, to: nil, fromTime: fromTime, toTime: nil)
        }
        guard from <= to else { throw reader.damaged("a gap that ends before it begins") }
        return Gap(reason: reason, from: from, to: to, fromTime: fromTime, toTime: try reader.time())
    }
}

extension ByteReader {
    /// Whether the end of a gap that lasts comes next; it is passed over then.
    fileprivate mutating func isOpen() throws(FormatError) -> Bool {
        var ahead = self
        guard try ahead.integer(UInt64.self) == .max, try ahead.integer(UInt64.self) == .max else { return false }
        self = ahead
        return true
    }
}
