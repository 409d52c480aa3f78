import RescueConsole
import TerminalScreen
import Testing

@Suite("While a restore runs, and after it")
struct JobTests {
    private func sample(_ done: UInt64, at seconds: Double, trouble: String? = nil) -> ConsoleResult {
        .progress(
            ProgressSample(
                phase: "Writing", done: done * Samples.gibibyte, total: 40 * Samples.gibibyte, seconds: seconds,
                trouble: trouble))
    }

    @Test(
        "a line every two seconds on a serial line, every second on a screen", arguments: [("ttyS0", 6), ("tty1", 11)])
    func lines(console: String, expected: Int) {
        var progress = ProgressLines(
            intervalInSeconds: RescueConfiguration(console: console).progressIntervalInSeconds)
        var count = 0
        for tick in 0...40 {
            let lines = progress.add(
                ProgressSample(phase: "Writing", done: UInt64(tick), total: 40, seconds: Double(tick) / 4))
            count += lines.count
        }
        #expect(count == expected)
    }

    @Test(
        "a line says phase, percent, bytes, rate now and mean, and the time left; what has no room is left out",
        arguments: [
            (1024, "Writing    25.0 %  10.0/40.0 GiB  1.0 GiB/s  mean 1.0 GiB/s  30 s left  new"),
            (100, "Writing     2.4 %  1000.0 MiB/40.0 GiB  100.0 MiB/s  6 min 40 s left"),
            (200, "Writing     4.9 %  2.0/40.0 GiB  200.0 MiB/s  mean 200.0 MiB/s  3 min 15 s left"),
        ])
    func line(mebibytesPerSecond: Int, expected: String) {
        var progress = ProgressLines(intervalInSeconds: 2)
        var last: [String] = []
        for second in 0...10 {
            last = progress.add(
                ProgressSample(
                    phase: "Writing", done: UInt64(second * mebibytesPerSecond) << 20, total: 40 << 30,
                    seconds: Double(second), details: "new"))
        }
        #expect(last == [expected])
        #expect(last.allSatisfy { $0.utf8.count <= 79 })
    }

    @Test("the picture has a bar for all and for each disk, rates, time left, what was read, and what was tried again")
    func board() throws {
        var person = Operator.restoring()
        #expect(person.board == nil)
        for second in 0...10 {
            var sample = ProgressSample(
                phase: "Writing", done: UInt64(second) << 30, total: 40 << 30, seconds: Double(second),
                details: "3.0 GiB read", trouble: second < 8 ? nil : "attempt 1: connection refused")
            sample.disks = [
                .init("disk 0 to /dev/sda", done: UInt64(second) << 30, of: 20 << 30),
                .init("disk 1 to /dev/sdb", done: 0, of: 0),
            ]
            person.bring(.progress(sample))
        }
        let board = try #require(person.board)
        let filled = String(repeating: "#", count: 9) + String(repeating: "-", count: 27)
        #expect(board.contains("Writing    [\(filled)] 25.0 %"))
        #expect(board.contains("  10.0/40.0 GiB   now 1.0 GiB/s   mean 1.0 GiB/s"))
        #expect(board.contains("  running 10 s   about 30 s left, then the check   3.0 GiB read"))
        let half = String(repeating: "#", count: 18) + String(repeating: "-", count: 18)
        #expect(board.contains("disk 0 to /dev/sda [\(half)] 50.0 %"))
        #expect(board.contains { $0.hasPrefix("disk 1 to /dev/sdb [####") && $0.hasSuffix("] done") })
        #expect(board.last == "Tried again: 1 x, last 2 s ago: attempt 1: connection refused")
        #expect(board.count <= 14 && board.allSatisfy { $0.utf8.count <= 79 })

        person.bring(.progress(ProgressSample(phase: "Verifying", done: 0, total: 0, seconds: 11)))
        #expect(person.board == ["Writing: done", "Verifying ..."])
    }

    @Test("the picture stands on a screen of 24 lines in place of the one before, and trouble below it")
    func drawnBoard() {
        var full = FullScreen(size: TerminalSize(rows: 24, columns: 80), name: "tty1")
        full.show(ScreenText("restoring", ["web01 as of 2026-11-22", "Ctrl-C asks whether to stop."], prompt: nil))
        full.show(board: ["", "Writing    [####----] 50.0 %"])
        full.say(["! attempt 1: connection refused"])
        full.show(board: ["", "Writing    [#####---] 62.5 %"])
        let lines = full.frame.lines.map(\.text)
        #expect(lines.count == 24)
        #expect(lines.contains("Writing    [#####---] 62.5 %") && !lines.contains { $0.contains("50.0 %") })
        #expect(lines.contains("! attempt 1: connection refused"))
        #expect(lines.last?.contains("Alt-F3 log") == true)
        full.show(ScreenText("restore finished", ["Verified: all."], prompt: "Done"))
        #expect(!full.frame.lines.contains { $0.text.contains("62.5 %") })
    }

    @Test("progress is said while it runs, trouble at once, and nothing while the operator is asked")
    func progress() {
        var person = Operator.restoring()
        person.bring(sample(0, at: 0))
        #expect(person.said.count == 1)
        person.bring(sample(1, at: 1))
        #expect(person.said.isEmpty)
        person.bring(sample(1, at: 1.5, trouble: "attempt 1: connection refused"))
        #expect(person.said == ["! attempt 1: connection refused"])
        person.bring(sample(1, at: 1.6, trouble: "attempt 1: connection refused"))
        #expect(person.said.isEmpty)
        person.pressControlC()
        #expect(person.title == "stop the restore?")
        person.bring(sample(2, at: 9))
        #expect(person.actions.isEmpty)
    }

    @Test("only STOP stops", arguments: ["", "stop", "yes", "STOP!", "back", "menu", "n"])
    func goesOn(line: String) {
        var person = Operator.restoring()
        person.pressControlC()
        person.type(line)
        #expect(person.title == "restoring")
        #expect(person.session.isJobRunning)
        #expect(!person.actions.contains { if case .stop = $0 { true } else { false } })
    }

    @Test("STOP stops, and the report says what state the disk is in")
    func stop() {
        var person = Operator.restoring()
        guard case .perform(_, let ticket) = person.actions.last else {
            Issue.record("no restore was started")
            return
        }
        person.pressControlC()
        person.type("STOP")
        #expect(person.actions.contains(.stop(ticket: ticket)))
        #expect(person.session.isJobRunning)
        person.bring(.report(JobReport(.stopped, ["/dev/sda does not boot."])))
        #expect(person.title == "restore stopped")
        #expect(!person.session.isJobRunning)
    }

    @Test("lines typed while it runs do nothing", arguments: ["", "back", "menu", "STOP", "6"])
    func ignored(line: String) {
        var person = Operator.restoring()
        person.type(line)
        #expect(person.actions.isEmpty)
        #expect(person.session.isJobRunning)
    }

    @Test("it ends while the operator is asked: the report is shown")
    func endsDuringQuestion() {
        var person = Operator.restoring()
        person.pressControlC()
        person.bring(.report(JobReport(.finished, ["Verified: yes"])))
        #expect(person.title == "restore finished")
        person.type("STOP")
        #expect(person.complaint != nil)
    }

    @Test(
        "after the report: menu, reboot, power off",
        arguments: [("", nil), ("r", ConsoleAction.reboot), ("p", .powerOff), ("back", nil), ("menu", nil)])
    func report(line: String, action: ConsoleAction?) {
        var person = Operator.restoring()
        person.bring(.report(JobReport(.finished, [])))
        person.type(line)
        guard let action else {
            #expect(person.title == "main menu")
            return
        }
        person.bring(.free)
        #expect(person.actions.contains(action))
    }

    @Test("a system that is proved to start can be started at once; what comes in the way is said, over the report")
    func start() {
        var person = Operator.restoring()
        person.bring(.report(JobReport(.finished, [], isProved: true)))
        #expect(person.screen?.lines.contains { $0.hasPrefix("k: ") } == true)
        person.type("k")
        person.bring(.free)
        #expect(person.request == .loadKernel)
        person.bring(.failed("It is Xen. Reboot instead."))
        #expect(person.complaint == "! It is Xen. Reboot instead." && person.title == "restore finished")
        person.type("k")
        person.bring(.free)
        person.bring(.kernelLoaded("Debian GNU/Linux"))
        #expect(person.actions == [.say(["... Starting Debian GNU/Linux"]), .startKernel])
    }

    @Test(
        "nothing else can be started at once",
        arguments: [
            JobReport(.finished, [], isProved: false), JobReport(.finished, []), JobReport(.failed, [], isProved: true),
        ])
    func noStart(report: JobReport) {
        var person = Operator.restoring()
        person.bring(.report(report))
        person.type("k")
        #expect(person.complaint?.hasPrefix("! Type r, p, s") == true && person.request == nil)
    }

    @Test("refused right before the first write: said, and the disks are looked at again")
    func refusedLate() {
        var person = Operator.restoring()
        person.bring(.refused("/dev/sda is another disk now. Nothing was written."))
        #expect(person.complaint?.contains("another disk now") == true)
        #expect(!person.session.isJobRunning)
        guard case .listDisks = person.request else {
            Issue.record("asked for \(String(describing: person.request))")
            return
        }
        person.bring(.disksListed(sources: [Samples.source(0)], targets: [Samples.second]))
        #expect(person.title == "choose the disks")
        person.type("back")
        #expect(person.title == "choose the moment")
    }

    @Test("the other console was faster: nothing is started")
    func busyLate() {
        var person = Operator.restoring()
        person.bring(.busy(["Restore of web01 on tty1"]))
        #expect(person.complaint == "! Restore of web01 on tty1")
        #expect(!person.session.isJobRunning)
    }

    @Test("a failure ends as a report that says the state")
    func failed() {
        var person = Operator.restoring()
        person.bring(.report(JobReport(.failed, ["Pack 3f9a61c0 is damaged. /dev/sda does not boot."])))
        #expect(person.title == "restore failed")
        #expect(person.screen?.lines.first == "Pack 3f9a61c0 is damaged. /dev/sda does not boot.")
    }
}
