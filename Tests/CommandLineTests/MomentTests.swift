import Foundation
import ProgramHarness
import Testing

/// `--at`: the newest moment at or before the time asked for.
@Suite struct MomentTests {
    private func chosen(_ sample: Sample, _ time: String, in scratch: Scratch) throws -> String? {
        let outcome = try scratch.lifeboat(
            "restore", "web01", "--repository", sample.repository, "--at", time, "--disk", "0=t", "--dry-run", "--json")
        return try outcome.expecting(0).json()["moment"].text
    }

    private static func text(_ date: Date, zone: Int = 0) -> String {
        var style = Date.ISO8601FormatStyle()
        style.timeZone = TimeZone(secondsFromGMT: zone) ?? .gmt
        return date.formatted(style)
    }

    @Test("latest, a printed time, a time between, another zone: each names the right moment")
    func absolute() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let dates = try sample.moments.map { try Date($0, strategy: .iso8601) }
        #expect(dates[0] < dates[1])
        #expect(try chosen(sample, "latest", in: scratch) == sample.moments[1])
        for (number, moment) in sample.moments.enumerated() {
            #expect(moment.hasSuffix("Z"))
            #expect(try chosen(sample, moment, in: scratch) == moment)
            #expect(try chosen(sample, String(moment.dropLast()), in: scratch) == moment, "no zone is UTC")
            #expect(try chosen(sample, Self.text(dates[number], zone: 7200), in: scratch) == moment)
        }
        #expect(try chosen(sample, Self.text(dates[1].addingTimeInterval(-1)), in: scratch) == sample.moments[0])
        #expect(try chosen(sample, Self.text(dates[1].addingTimeInterval(86400)), in: scratch) == sample.moments[1])
    }

    @Test("an age counts back from now")
    func age() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let dates = try sample.moments.map { try Date($0, strategy: .iso8601) }
        // An age that lies between the two moments, which are three seconds apart; where this machine is so slow that it no
        // longer does when it is counted back, the answer is not judged.
        #expect(try chosen(sample, "0s", in: scratch) == sample.moments[1])
        let age = Int(Date().timeIntervalSince(dates[1]).rounded(.up)) + 1
        let before = Date().addingTimeInterval(Double(-age))
        let found = try chosen(sample, "\(age)s", in: scratch)
        let after = Date().addingTimeInterval(Double(-age))
        if after < dates[1], before > dates[0] { #expect(found == sample.moments[0]) }
        #expect(sample.moments.contains(found ?? ""))
    }

    @Test(
        "no moment at or before the asked time is refused with the oldest there is",
        arguments: ["1w", "2h", "2020-01-01T00:00:00Z"])
    func tooEarly(time: String) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("t", bytes: 26 << 20, in: scratch)
        let before = try scratch.read("t")
        let outcome = try scratch.restore(from: sample.repository, at: time, to: "t")
        #expect(outcome.status == 3, "\(outcome)")
        for word in ["web01", sample.moments[0], "Nothing was written."] {
            #expect(outcome.errors.contains(word), "\(outcome)")
        }
        #expect(try scratch.read("t") == before)
    }

    @Test("two captures within a second are two printed times")
    func quick() throws {
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        try Disk.write(Disk.random(4096, seed: 1), to: scratch("disk"))
        let times = try (0..<3).map { _ in try scratch.capture("disk", to: repository)["moment"].text ?? "" }
        #expect(Set(times).count == 3)
        #expect(times == times.sorted())
        let listed = try scratch.lifeboat("timeline", "web01", "--repository", repository, "--json").expecting(0).json()
        #expect(listed["moments"].list.compactMap { $0["time"].text } == times)
    }
}
