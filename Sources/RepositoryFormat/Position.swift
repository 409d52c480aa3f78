/// The order of things on a timeline (format.md, section 1): the writer's epoch, then a sequence number in it.
package struct Position: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var epoch: UInt64
    package var sequence: UInt64

    package init(epoch: UInt64, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    package static func < (left: Position, right: Position) -> Bool {
        (left.epoch, left.sequence) < (right.epoch, right.sequence)
    }

    /// As in object names: 10 digits, a dot, 20 digits.
    package var description: String { "\(padded(epoch, 10)).\(padded(sequence, 20))" }
}

/// `value` in decimal with zeros in front, `width` digits.
package func padded(_ value: UInt64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
