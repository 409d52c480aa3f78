/// Takes bytes that came over a socket apart into lines of a bounded length.
package struct MessageLines: Sendable {
    private let limit: Int
    private var bytes: [UInt8] = []

    package init(limit: Int) { self.limit = limit }

    /// The lines that are complete, without their line feeds. nil when a line is longer than the limit: whoever sends that does
    /// not speak this language.
    package mutating func feed(_ received: [UInt8]) -> [[UInt8]]? {
        var lines: [[UInt8]] = []
        for byte in received {
            if byte == 0x0a {
                lines.append(bytes)
                bytes = []
            } else {
                guard bytes.count < limit else { return nil }
                bytes.append(byte)
            }
        }
        return lines
    }
}
