import Digests
import Repository
import RepositoryFormat
import Testing

/// The chart of a timeline that is made up: every sign, every scale, both styles.
@Suite struct ActivityChartTests {
    private static let second: Int64 = 1_000_000_000
    private static let start = Timestamp.parse("2026-11-20T00:00:00Z") ?? 0

    static func time(_ hours: Double) -> Int64 { start + Int64(hours * 3_600) * second }

    private static let reference = ObjectReference(digest: SHA256.digest(of: []), length: 100)

    private static func moment(_ hours: Double, _ sequence: UInt64) -> Moment {
        Moment(
            position: Position(epoch: 1, sequence: sequence), time: time(hours), scanStarted: time(hours),
            kind: .endOfScan, quality: .cold, map: reference, machine: reference, diskBytes: 0, dataBytes: 0,
            newPlainBytes: 0, newStoredBytes: 0, label: "")
    }

    private static func layer(
        _ kind: Layer.Kind = .journal, from: Double, to: Double, after base: UInt64, writes: UInt64
    ) -> Layer {
        Layer(
            kind: kind, level: 1, hasClockSteps: false,
            granularityInMilliseconds: kind == .delta ? UInt32((to - from) * 3_600_000) : 0,
            base: Position(epoch: 1, sequence: base), last: Position(epoch: 1, sequence: base + writes),
            earliest: time(from), latest: time(to), endTime: time(to), index: reference, length: 1_000, entries: writes)
    }

    /// A scan at 01:00 of the first day; journals of each hour from 02:00; a degraded half hour, an agent that was off, a host
    /// that was off; a mark.
    static var history: History {
        var entries = HistoryEntries(moments: [moment(1, 0)])
        var sequence: UInt64 = 0
        for (hour, writes) in [(2, 100), (3, 400), (4, 1_600), (5, 6_400), (6, 1_600), (9, 25), (20, 6_400), (26, 1)] {
            // One tick at the hour, then its writes.
            entries.layers.append(layer(from: Double(hour), to: Double(hour), after: sequence, writes: 1))
            entries.layers.append(
                layer(from: Double(hour), to: Double(hour) + 0.999, after: sequence + 1, writes: UInt64(writes)))
            sequence += UInt64(writes) + 1
        }
        func gap(_ reason: Gap.Reason, _ from: Double, _ to: Double) -> Gap {
            let position = Position(epoch: 1, sequence: 8_600)
            return Gap(reason: reason, from: position, to: position, fromTime: time(from), toTime: time(to))
        }
        entries.gaps = [gap(.degraded, 6.2, 6.5), gap(.agentOff, 12, 15), gap(.hostOff, 21.6, 24)]
        entries.marks = [
            Mark(position: Position(epoch: 1, sequence: 3), time: time(9.5), kind: .label, label: "here")
        ]
        return History(entries)
    }

    private static func chart(_ from: Double, _ to: Double, _ style: ActivityChart.Style) -> [String] {
        ActivityChart(history, activity: Activity(history), range: time(from)...time(to), style: style).lines
    }

    @Test("a day a row, an hour a column, with eighth blocks")
    func hours() {
        #expect(
            Self.chart(1, 27, .blocks) == [
                "            00  02  04  06  08  10  12  14  16  18  20  22",
                "2026-11-20    ·s▂ ▃ ▅ █ ▅▒· · ▁◆· · ░ ░ ░ · · · · · █ ─ ─ ─  16.5k",
                "2026-11-21  · · ▁ " + String(repeating: " ", count: 42) + " 2",
                "█ = 6.4k writes in an hour, ▄ = a quarter of that",
                "· nothing written   ░ agent off   ▒ degraded   ─ host off   ◆ mark   s scan",
            ])
    }

    @Test("plain characters where the locale has no others")
    func ascii() {
        let lines = Self.chart(1, 27, .ascii)
        #expect(lines.allSatisfy { $0.utf8.allSatisfy { (0x20..<0x7F).contains($0) } })
        #expect(lines[1] == "2026-11-20    .s2 3 5 8 5!. . 1*. . ? ? ? . . . . . 8 - - -  16.5k")
    }

    @Test("minutes for some hours, days for many weeks; no line is longer than a terminal")
    func scales() {
        let minutes = Self.chart(4, 6.6, .blocks)
        #expect(minutes[0] == "             :00       :10       :20       :30       :40       :50")
        #expect(minutes.count == 5 && minutes[1].hasPrefix("11-20 04:00  ") && minutes[3].contains("▒"))
        let days = Self.chart(1, 24 * 70, .blocks)
        #expect(days[0] == "         01  03  05  07  09  11  13  15  17  19  21  23  25  27  29  31")
        #expect(days[1].hasPrefix("2026-11  ") && days[2].hasPrefix("2026-12") && days[3].hasPrefix("2027-01"))
        #expect(days[1].hasSuffix("16.5k"))
        #expect((minutes + days).allSatisfy { $0.count < 80 })
    }

    @Test("no clock makes a chart of centuries, or none that ends")
    func absurdTimes() {
        let lines = ActivityChart(
            Self.history, activity: Activity(Self.history), range: .min ... .max, style: .blocks
        ).lines
        #expect(lines.count <= 63)
    }

    @Test("a history says how finely each of its parts is kept")
    func stretches() {
        var entries = HistoryEntries(moments: [Self.moment(0, 0), Self.moment(1, 1), Self.moment(30, 112)])
        entries.layers = [
            Self.layer(.delta, from: 1, to: 1.9, after: 1, writes: 10),
            Self.layer(.delta, from: 1.9, to: 2.8, after: 11, writes: 10),
            // A coarser way beside these two, and a finer one beside the second.
            Self.layer(.delta, from: 1, to: 2.8, after: 1, writes: 20),
            Self.layer(.journal, from: 2.8, to: 3, after: 21, writes: 30),
            Self.layer(.delta, from: 2.8, to: 3, after: 21, writes: 30),
        ]
        let from = Self.time(2.9)
        entries.gaps = [
            Gap(
                reason: .agentOff, from: Position(epoch: 1, sequence: 51),
                to: Position(epoch: 1, sequence: 112), fromTime: Self.time(3), toTime: Self.time(30))
        ]
        let activity = Activity(History(entries))
        let found = activity.stretches.map { "\(($0.from - Self.start) / 36_000_000_00) \($0.text)" }
        #expect(found == ["0 scans only", "1000 one state an hour", "2800 every write"])
        #expect(activity.spans.map(\.writes) == [10, 10, 30])
        // Evenly over its twelve minutes: half of them are in the second half.
        #expect(activity.counts(in: [from, Self.time(3)]).map { Int($0.rounded()) } == [15])
    }
}
