import Repository
import Testing

@Suite("Times as people say them")
struct SpokenTimeTests {
    /// 2026-11-22T18:00:00Z.
    private static let now: Int64 = 1_795_370_400_000_000_000

    private static func time(_ text: String, _ zone: String = "UTC") -> String? {
        guard let zone = UTCOffset(zone), let time = TimeExpression(text, now: now, zone: zone) else { return nil }
        guard case .instant(let instant) = time else { return "\(time)" }
        return Timestamp.text(ofNanoseconds: instant)
    }

    @Test(
        "days and times of day count from now, in the zone",
        arguments: [
            ("yesterday 14:00", "UTC", "2026-11-21T14:00:00Z"), ("Yesterday 9:30", "UTC", "2026-11-21T09:30:00Z"),
            ("today 14:00:05", "UTC", "2026-11-22T14:00:05Z"), ("17:59", "UTC", "2026-11-22T17:59:00Z"),
            ("18:01", "UTC", "2026-11-21T18:01:00Z"), ("yesterday 14:00", "UTC+01:00", "2026-11-21T13:00:00Z"),
            ("today 01:00", "+10", "2026-11-22T15:00:00Z"), ("2026-11-20 14:00", "-5", "2026-11-20T19:00:00Z"),
            ("2026-11-20", "+0530", "2026-11-19T18:30:00Z"), ("2026-11-20 14:00Z", "-5", "2026-11-20T14:00:00Z"),
        ])
    func spoken(text: String, zone: String, expected: String) { #expect(Self.time(text, zone) == expected) }

    @Test("ages and the rest are what they always were")
    func others() {
        for text in ["2h", "latest", "@3.17", "90s"] {
            #expect(TimeExpression(text, now: Self.now, zone: .utc) == TimeExpression(text))
        }
        #expect(TimeExpression("2h ago", now: Self.now, zone: .utc) == TimeExpression("2h"))
    }

    @Test(
        "what names no time is none",
        arguments: [
            "yesterday", "today", "tomorrow 14:00", "yesterday 25:00", "14:60", ":", "yesterday noon", "14",
            "latest ago", "2026-13-01", "yesterday 14:00 UTC", "",
        ])
    func none(text: String) { #expect(Self.time(text) == nil) }

    @Test(
        "a zone is a distance from UTC",
        arguments: [
            ("utc", 0, "UTC"), ("Z", 0, "UTC"), ("+1", 60, "UTC+01:00"), ("UTC-3:30", -210, "UTC-03:30"),
            ("+0545", 345, "UTC+05:45"), ("utc+14", 840, "UTC+14:00"), ("-00:00", 0, "UTC"),
        ])
    func zones(text: String, minutes: Int, name: String) {
        #expect(UTCOffset(text)?.minutes == minutes)
        #expect(UTCOffset(text)?.text == name)
    }

    @Test("and others are none", arguments: ["", "1", "CET", "+15", "+1:60", "+", "UTC+", "+1234567", "+1a", "+14:01"])
    func noZone(text: String) { #expect(UTCOffset(text) == nil) }

    @Test("times are printed with their zone")
    func printing() throws {
        #expect(UTCOffset.utc.text(ofNanoseconds: Self.now) == "2026-11-22T18:00:00Z")
        #expect(try #require(UTCOffset("-03:30")).text(ofNanoseconds: Self.now) == "2026-11-22T14:30:00-03:30")
        #expect(try #require(UTCOffset("+14")).text(ofNanoseconds: .max).hasSuffix("Z"))
    }
}
