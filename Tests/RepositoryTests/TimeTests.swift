import Repository
import RepositoryTesting
import Testing

@Suite("Times as people write them")
struct TimeTests {
    @Test(
        "are read",
        arguments: [
            ("1970-01-01", 0), ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:01", 1_000_000_000),
            ("1970-01-01 00:01", 60_000_000_000), ("1970-01-01t00:00:00.5z", 500_000_000),
            ("1970-01-01T00:00:00.000000001Z", 1), ("1970-01-01T00:00:00.1234567899Z", 123_456_789),
            ("1970-01-01T01:00:00+01:00", 0), ("1970-01-01T01:00:00+0100", 0), ("1970-01-01T01:00+01", 0),
            ("1969-12-31T18:30-05:30", 0), ("1969-12-31T23:59:59Z", -1_000_000_000),
            ("2026-11-22T18:00:00Z", 1_795_370_400_000_000_000), ("2000-02-29", 951_782_400_000_000_000),
            ("2024-02-29T12:00Z", 1_709_208_000_000_000_000), ("2262-04-11T23:47:16Z", 9_223_372_036_000_000_000),
            ("1678-01-01", -9_214_560_000_000_000_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000),
        ] as [(String, Int64)])
    func parsed(text: String, nanoseconds: Int64) { #expect(Timestamp.parse(text) == nanoseconds) }

    @Test(
        "are refused when they are none",
        arguments: [
            "", "now", "2026", "2026-11", "2026-13-01", "2026-00-01", "2026-02-29", "2100-02-29", "2026-04-31",
            "2026-11-00", "2026-11-22T", "2026-11-22T24:00", "2026-11-22T12:60", "2026-11-22T12:00:61",
            "2026-11-22T12:00:00.", "2026-11-22T12:00:00,5", "2026-11-22T12:00:00+", "2026-11-22T12:00:00+15:00",
            "2026-11-22T12:00:00+01:60", "2026-11-22T12:00:00Zx", "2026-11-22x12:00", "26-11-22", "2026-11-22T1:00",
            "２０２６-11-22", "9999-12-31", "0001-01-01", "2262-04-12", "2263-01-01", "1677-09-20",
        ])
    func refused(text: String) {
        #expect(Timestamp.parse(text) == nil)
        if !text.hasSuffix("w") { #expect(TimeExpression(text) == nil) }
    }

    @Test(
        "are printed in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
            (1_795_370_400_999_999_999, "2026-11-22T18:00:00Z", "2026-11-22T18:00:00.999Z"),
            (-1, "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.999Z"),
            (951_782_399_000_000_000, "2000-02-28T23:59:59Z", "2000-02-28T23:59:59.000Z"),
            (.max, "2262-04-11T23:47:16Z", "2262-04-11T23:47:16.854Z"),
            (.min, "1677-09-21T00:12:43Z", "1677-09-21T00:12:43.145Z"),
        ] as [(Int64, String, String)])
    func printed(time: Int64, text: String, fine: String) {
        #expect(Timestamp.text(ofNanoseconds: time) == text)
        #expect(Timestamp.text(ofNanoseconds: time, fraction: true) == fine)
    }

    @Test("are read as they were printed", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let second = Int64.random(in: -9_000_000_000...9_000_000_000, using: &generator) * 1_000_000_000
            #expect(Timestamp.parse(Timestamp.text(ofNanoseconds: second)) == second, "seed \(seed)")
        }
    }

    @Test(
        "are understood as an operator names them",
        arguments: [
            ("latest", nil), ("0s", 1_000), ("1s", 1_000 - 1_000_000_000), ("2m", 1_000 - 120_000_000_000),
            ("2h", 1_000 - 7_200_000_000_000), ("3d", 1_000 - 259_200_000_000_000),
            ("1w", 1_000 - 604_800_000_000_000), ("15000w", 1_000 - 9_072_000_000_000_000_000),
            // What lists print is whole seconds: all of the second counts.
            ("1970-01-01T00:00:01Z", 1_999_999_999), ("1970-01-01T00:00:01.5Z", 1_500_000_000),
        ] as [(String, Int64?)])
    func expressions(text: String, limit: Int64?) throws {
        let expression = try #require(TimeExpression(text))
        #expect(expression.nanoseconds(now: 1_000) == limit)
    }

    @Test(
        "are refused as ages that are none",
        arguments: [
            "h", "-2h", "+2h", "2", "2y", "2.5h", "2 h", "1e3s", "9999999w", "10000000s", "99999999999999999999s",
        ])
    func ages(text: String) { #expect(TimeExpression(text) == nil) }
}
