import Drills
import Testing

@Suite struct ScreenPictureTests {
    /// Black, but for one white row.
    private static func picture(width: Int, height: Int, litRow: Int?) -> [UInt8] {
        var bytes = Array("P6\n\(width) \(height)\n255\n".utf8)
        for row in 0..<height { bytes += [UInt8](repeating: row == litRow ? 0xff : 0, count: width * 3) }
        return bytes
    }

    @Test("the last rows that show something are twice as large and dark on white")
    func lines() throws {
        let picture = try #require(ScreenPicture(ppm: Self.picture(width: 4, height: 30, litRow: 9)))
        #expect([picture.width, picture.height] == [4, 30])
        let lines = try #require(picture.lastLines(rows: 2))
        let head = Array("P5\n40 36\n255\n".utf8)
        #expect(Array(lines.prefix(head.count)) == head)
        let samples = Array(lines.dropFirst(head.count))
        #expect(samples.count == 40 * 36)
        // Row 8 is black on the screen: white. Row 9 is lit: black, on two rows, four columns twice, after the margin.
        #expect(samples.count { $0 == 0 } == 2 * 8)
        #expect(samples[18 * 40 + 16..<18 * 40 + 24].allSatisfy { $0 == 0 })
    }

    @Test("a black screen has no lines")
    func black() throws {
        #expect(
            try #require(ScreenPicture(ppm: Self.picture(width: 4, height: 3, litRow: nil))).lastLines(rows: 2) == nil)
    }

    @Test("what is cut off, too large or something else is no picture")
    func damaged() {
        let whole = Self.picture(width: 3, height: 2, litRow: 0)
        for length in 0..<whole.count { #expect(ScreenPicture(ppm: Array(whole[..<length])) == nil) }
        for head in [
            "P6 0 1 255 ", "P6 99999999 99999999 255 ", "P5 1 1 255 abc", "P6 1 1 65535 abcdef", "P6 -1 1 255 abc",
        ] {
            #expect(ScreenPicture(ppm: Array(head.utf8) + [0, 0, 0]) == nil, "\(head)")
        }
    }
}
