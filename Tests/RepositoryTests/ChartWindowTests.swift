import Repository
import RepositoryFormat
import Testing

/// What a screen shows of a timeline, on the history that the chart itself is tested with.
@Suite("A window on the chart of a timeline")
struct ChartWindowTests {
    /// A window behind a reference: expectations may move it.
    @dynamicMemberLookup private final class Cursor {
        private var window: ChartWindow

        init(_ window: ChartWindow) { self.window = window }

        subscript<Value>(dynamicMember path: KeyPath<ChartWindow, Value>) -> Value { window[keyPath: path] }
        func move(cells: Int) -> Bool { window.move(cells: cells) }
        func move(rows: Int) -> Bool { window.move(rows: rows) }
        func zoom(by steps: Int) -> Bool { window.zoom(by: steps) }
    }

    private static func window(_ from: Double = 1, _ to: Double = 27, zone: UTCOffset = .utc) -> Cursor {
        let history = ActivityChartTests.history
        let range = ActivityChartTests.time(from)...ActivityChartTests.time(to)
        let chart = ActivityChart(history, activity: Activity(history), range: range, style: .ascii)
        return Cursor(ChartWindow(chart, zone: zone, rows: 10))
    }

    private static func text(_ time: Int64) -> String { Timestamp.text(ofNanoseconds: time) }

    @Test("it opens at the finest scale that shows all, on the newest cell, which stands in brackets")
    func opening() {
        let window = Self.window()
        #expect(window.unit == "an hour" && window.isNewest)
        #expect(window.lines[1] == "2026-11-20    .s2 3 5 8 5!. . 1*. . ? ? ? . . . . . 8 - - -  16.5k")
        #expect(window.lines[2] == "2026-11-21  . . 1[ ]" + String(repeating: " ", count: 40) + " 2")
        for (hours, unit) in [(1.02, "2 seconds"), (3, "2 minutes"), (1_680, "a day"), (9_000, "a month")] {
            let window = Self.window(1, hours)
            #expect(window.unit == unit)
            #expect(window.lines.count <= 13 && window.lines.allSatisfy { $0.utf8.count < 80 }, "\(window.lines)")
            #expect(window.lines.count { $0.contains("[") } == 1, "\(window.lines)")
        }
    }

    @Test("it moves by columns and rows as far as anything is known")
    func moving() {
        let window = Self.window()
        #expect(!window.move(cells: 1) && !window.move(rows: 1))
        #expect(window.move(cells: -1))
        #expect(Self.text(window.chosen) == "2026-11-21T02:59:59Z" && window.writes == 2 && !window.isNewest)
        #expect(window.move(rows: -1))
        #expect(Self.text(window.chosen) == "2026-11-20T02:59:59Z" && window.writes == 101)
        #expect(!window.move(rows: -1))
        #expect(window.move(cells: -9), "as far as there is")
        #expect(Self.text(window.cell.lowerBound) == "2026-11-20T01:00:00Z")
        #expect(!window.move(cells: -1))
        #expect(window.lines[1].hasPrefix("2026-11-20   [.]2"))
        #expect(window.move(cells: 999) && window.isNewest)
    }

    @Test("finer scales keep the chosen time, coarser ones take the end of what holds it")
    func zooming() {
        let window = Self.window()
        #expect(window.move(cells: -1))
        let chosen = window.chosen
        #expect(window.zoom(by: 1) && window.unit == "2 minutes" && window.chosen == chosen)
        #expect(Self.text(window.cell.lowerBound) == "2026-11-21T02:58:00Z")
        #expect(window.zoom(by: 1) && window.unit == "2 seconds" && window.chosen == chosen)
        #expect(Self.text(window.cell.lowerBound) == "2026-11-21T02:59:58Z")
        #expect(window.lines[0].contains(":50s") && window.lines.contains { $0.hasPrefix("11-21 02:59") })
        #expect(!window.zoom(by: 1))
        #expect(window.zoom(by: -3) && window.unit == "a day" && window.isNewest)
        #expect(window.move(cells: -1) && Self.text(window.chosen) == "2026-11-20T23:59:59Z")
        #expect(window.zoom(by: -1) && window.unit == "a month" && !window.zoom(by: -1))
        #expect(window.lines[1].hasPrefix("2026  "))
    }

    @Test("a gap of which nothing is known is said; a host that was off kept its state")
    func gaps() {
        let window = Self.window()
        #expect(window.move(rows: -1) && window.move(cells: 10))
        #expect(Self.text(window.chosen) == "2026-11-20T13:59:59Z" && window.gap?.reason == .agentOff)
        #expect(window.move(cells: 9) && window.gap == nil)
    }

    @Test("rows are days of the zone")
    func zones() throws {
        let window = Self.window(zone: try #require(UTCOffset("+05:30")))
        #expect(window.lines[2].hasPrefix("2026-11-21  ") && window.lines[2].contains("[1]"))
        #expect(window.move(cells: -1) && Self.text(window.chosen) == "2026-11-21T02:29:59Z")
        #expect(window.move(rows: -1) && Self.text(window.chosen) == "2026-11-20T02:29:59Z")
    }
}
