import Repository
import RescueConsole
import Testing

@Suite("Keyboard and clock")
struct ClockTests {
    @Test("both clocks, their difference, the layout and the zone are shown")
    func shown() throws {
        let lines = try #require(Operator.atClock().screen).lines
        #expect(lines.contains("Clock      2026-11-22T18:00:00Z"))
        #expect(lines.contains("Hardware   2026-11-22T18:00:02Z (2 s ahead)"))
        #expect(lines.contains("Keyboard   us (none was chosen)"))
        #expect(lines.contains { $0.contains("a serial line has the keyboard of its terminal") })
        #expect(!lines.contains { $0.contains("WRONG") })
        let screen = Operator.atClock(Samples.clock, RescueConfiguration(console: "tty1")).screen
        #expect(screen?.lines.contains { $0.contains("serial line") } == false)
    }

    @Test("a clock that is before the image was made is wrong, here and where a server cannot be reached")
    func implausible() {
        var configuration = RescueConfiguration(repository: Samples.address, console: "tty1")
        configuration.built = Samples.now + 1
        var person = Operator.atClock(Samples.clock, configuration)
        #expect(
            person.screen?.lines.contains { $0.hasPrefix("THE CLOCK IS WRONG: it says 2026-11-22T18:00:00Z") } == true)
        person.type("menu")
        person.type("1")
        person.bring(.free)
        person.type("")
        person.bring(.failed("Cannot read: the certificate is not yet valid."))
        #expect(person.said.contains { $0.hasPrefix("! THE CLOCK IS WRONG") })
        #expect(person.said.contains { $0.contains("not yet valid") } && person.title == "choose the repository")
    }

    @Test("a clock that runs right is not blamed")
    func plausible() {
        var configuration = RescueConfiguration(repository: Samples.address, console: "tty1")
        configuration.built = Samples.now
        var person = Operator(configuration)
        person.type("1")
        person.bring(.free)
        person.type("")
        person.bring(.failed("no route"))
        #expect(person.said == ["! no route"])
    }

    @Test(
        "what is typed is set",
        arguments: [
            ("keyboard de", ConsoleRequest.setKeyboard("de")), ("keyboard  DE", .setKeyboard("de")),
            ("clock 2026-11-22 18:00", .setClock(.time(Samples.now))),
            ("clock 2026-11-22T18:00:30Z", .setClock(.time(Samples.now + 30_000_000_000))),
            ("clock 2026-11-22 19:00+01:00", .setClock(.time(Samples.now))),
            ("clock network", .askServerTime(Samples.address)), ("r", .clockStatus),
        ])
    func settings(line: String, request: ConsoleRequest) {
        var person = Operator.atClock()
        person.type(line)
        #expect(person.request == request)
        person.bring(.failed("it broke"))
        #expect(person.complaint == "! it broke" && person.title == "keyboard and clock")
    }

    @Test(
        "what cannot be is explained",
        arguments: [
            "keyboard xx", "keyboard", "clock", "clock noon", "clock 1970-01-01 00:00", "zone +25", "zone", "yes", "3",
        ])
    func nonsense(line: String) {
        var person = Operator.atClock()
        person.type(line)
        #expect(person.complaint != nil && person.request == nil && person.title == "keyboard and clock")
    }

    @Test("a zone is how times are shown and read from then on")
    func zone() {
        var person = Operator.atClock()
        person.type("zone +01:00")
        #expect(person.request == .clockStatus)
        person.bring(.clock(Samples.clock))
        #expect(person.screen?.lines.contains("Clock      2026-11-22T19:00:00+01:00") == true)
        person.type("clock 2026-11-22 19:00")
        #expect(person.request == .setClock(.time(Samples.now)))
    }

    @Test("the server's time is shown, and taken when that is confirmed")
    func network() {
        var person = Operator.atClock()
        person.type("clock network")
        person.bring(.serverTime(Samples.now + 7_200_000_000_000, ahead: 7_200_000_000_000))
        #expect(person.title == "the server's time")
        #expect(person.screen?.lines.contains("This machine's clock is 2 h behind.") == true)
        person.type("")
        #expect(person.request == nil)
        person.type("no")
        #expect(person.complaint != nil)
        person.type("yes")
        #expect(person.request == .setClock(.forward(7_200_000_000_000)))
        person.bring(.clock(Samples.clock))
        #expect(person.title == "keyboard and clock")
    }

    @Test("without a server nobody can be asked")
    func noServer() {
        var person = Operator.atClock(Samples.clock, RescueConfiguration(repository: "/mnt", console: "tty1"))
        person.type("clock network")
        #expect(person.complaint?.contains("No repository server is known") == true)
    }

    @Test("the day of the image is read from its configuration")
    func built() {
        let configuration = RescueConfiguration(
            kernelCommandLine: "", file: "built=2026-11-22T18:00:00Z", console: nil)
        #expect(configuration.built == Samples.now)
    }

    @Test(
        "dates as servers write them",
        arguments: [
            ("Sun, 22 Nov 2026 18:00:00 GMT", Samples.now as Int64?), ("Sun, 22 Nov 2026 18:00:00 CET", nil), ("", nil),
            ("Sunday, 22-Nov-26 18:00:00 GMT", nil), ("Sun, 22 Nox 2026 18:00:00 GMT", nil),
        ])
    func serverDates(text: String, time: Int64?) { #expect(ServerTime.parse(text) == time) }
}
