extension ByteReader {
    /// A position inside the limits of format.md, section 3.
    mutating func position() throws(FormatError) -> Position {
        let position = Position(epoch: try integer(), sequence: try integer())
        guard position.epoch <= Limits.epoch, position.sequence <= Limits.sequence else {
            throw FormatError(.aboveLimit, "\(subject) names the position \(position), above the limit.")
        }
        return position
    }

    /// A time in nanoseconds since 1970, UTC, inside the limit of format.md, section 3.
    mutating func time() throws(FormatError) -> Int64 {
        let time = try integer(Int64.self)
        guard time.magnitude <= Limits.time.magnitude else {
            throw FormatError(.aboveLimit, "\(subject) holds a time of \(time) ns, above the limit.")
        }
        return time
    }
}

extension ByteWriter {
    mutating func append(_ position: Position) {
        append(position.epoch)
        append(position.sequence)
    }
}
