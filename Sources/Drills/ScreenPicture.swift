/// A picture of a screen as QEMU writes it (ppm(5), "P6", one byte a sample).
package struct ScreenPicture: Sendable {
    /// Beyond any screen of an emulated machine.
    private static let limit = 16_384

    package let width: Int
    package let height: Int
    /// Brightness by rows, 0 black.
    private let samples: [UInt8]

    /// nil for what is no such picture, or cut off.
    package init?(ppm bytes: [UInt8]) {
        var place = 0
        func word() -> String? {
            while place < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[place]) { place += 1 }
            let start = place
            while place < bytes.count, ![0x20, 0x0a, 0x0d, 0x09].contains(bytes[place]) { place += 1 }
            return start < place && place - start < 16 ? String(decoding: bytes[start..<place], as: UTF8.self) : nil
        }
        guard word() == "P6", let width = word().flatMap({ Int($0) }), let height = word().flatMap({ Int($0) }),
            word() == "255", (1...Self.limit).contains(width), (1...Self.limit).contains(height)
        else { return nil }
        let start = place + 1
        guard start <= bytes.count, bytes.count - start >= width * height * 3 else { return nil }
        self.width = width
        self.height = height
        samples = (0..<width * height).map { pixel in
            let at = start + pixel * 3
            return max(bytes[at], max(bytes[at + 1], bytes[at + 2]))
        }
    }

    /// The last rows that show anything, at most `rows` of them, twice as large and dark on white, as a reader of print likes
    /// it: pgm(5), "P5". nil for a black screen.
    package func lastLines(rows: Int) -> [UInt8]? {
        let isLit = { (row: Int) in self.samples[row * width..<(row + 1) * width].contains { $0 > 0x60 } }
        guard let last = (0..<height).last(where: isLit) else { return nil }
        let margin = 8
        let shown = max(0, last + 1 - rows)..<last + 1
        let (columns, lines) = (2 * (width + 2 * margin), 2 * (shown.count + 2 * margin))
        var picture = [UInt8](repeating: 0xff, count: columns * lines)
        for (line, row) in shown.enumerated() {
            for column in 0..<width {
                let value = 0xff - samples[row * width + column]
                let at = 2 * (line + margin) * columns + 2 * (column + margin)
                picture[at] = value
                picture[at + 1] = value
                picture[at + columns] = value
                picture[at + columns + 1] = value
            }
        }
        return Array("P5\n\(columns) \(lines)\n255\n".utf8) + picture
    }
}
