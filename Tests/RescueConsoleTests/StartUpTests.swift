import Foundation
import RescueConsole
import TerminalScreen
import Testing

@Suite("The menu while the machine is still starting")
struct StartUpTests {
    private static let drivers = StartUp("devices network\n")
    private static let network = StartUp("network\n")

    private static func looks(_ actions: [ConsoleAction]) -> Bool {
        actions.contains { if case .perform(.lookForInterrupted, _) = $0 { true } else { false } }
    }

    private static func shown(_ actions: [ConsoleAction]) -> String {
        actions.map { if case .show(let screen) = $0 { screen.rendered } else { "" } }.joined()
    }

    @Test("the first screen comes at once and says what is missing; it is shown anew when that is there")
    func filledIn() {
        var session = RescueSession(RescueConfiguration(console: "tty1"))
        let first = session.handle(.started(Self.drivers))
        #expect(Self.shown(first).contains("1  Restore this machine"))
        #expect(Self.shown(first).contains("... Drivers are being loaded"))
        #expect(!Self.looks(first))
        let same = session.handle(.startUp(Self.drivers))
        #expect(same.isEmpty)

        let second = session.handle(.startUp(Self.network))
        #expect(Self.shown(second).contains("... The network is coming up."))
        #expect(!Self.shown(second).contains("Drivers"))
        #expect(Self.looks(second))
        let third = session.handle(.startUp(StartUp(nil)))
        #expect(Self.shown(third).contains("Choice> ") && !Self.shown(third).contains("... "))
        #expect(!Self.looks(third))
    }

    @Test("a serial line, where nothing is drawn anew, says the beginning and the end")
    func serial() {
        var session = RescueSession(RescueConfiguration(console: "ttyS0"))
        #expect(Self.shown(session.handle(.started(Self.drivers))).contains("... Drivers are being loaded"))
        let between = session.handle(.startUp(Self.network))
        #expect(Self.shown(between).isEmpty && Self.looks(between))
        #expect(Self.shown(session.handle(.startUp(StartUp(nil)))).contains("Choice> "))
    }

    @Test("no other screen is disturbed, and the main menu is right when it comes up again")
    func elsewhere() {
        var session = RescueSession(RescueConfiguration(console: "ttyS0"))
        _ = session.handle(.started(Self.drivers))
        _ = session.handle(.line("6"))
        let meanwhile = session.handle(.startUp(StartUp(nil)))
        #expect(Self.shown(meanwhile).isEmpty)
        _ = session.handle(.interrupt)
        let menu = session.handle(.line("menu"))
        #expect(Self.shown(menu).contains("Choice> ") && !Self.shown(menu).contains("Drivers"))
    }

    @Test("a machine that has started looks at its disks at once")
    func started() {
        var session = RescueSession(RescueConfiguration(console: "ttyS0"))
        let actions = session.handle(.started())
        #expect(Self.looks(actions))
    }

    @Test("what reads disks waits for the drivers, what opens a server for the network, the rest for nothing")
    func waiting() {
        let server = ConsoleRequest.openRepository("http://192.0.2.10:8080/")
        let directory = ConsoleRequest.openRepository("/mnt/repository")
        #expect(ConsoleRequest.listPlaces.awaits(Self.drivers)?.contains("drivers") == true)
        #expect(ConsoleRequest.listPlaces.awaits(Self.network) == nil)
        #expect(server.awaits(Self.drivers)?.contains("drivers") == true)
        #expect(server.awaits(Self.network)?.contains("network") == true)
        #expect(server.awaits(StartUp(nil)) == nil)
        #expect(directory.awaits(Self.network) == nil)
        #expect(ConsoleRequest.networkStatus.awaits(Self.drivers)?.contains("drivers") == true)
        #expect(ConsoleRequest.networkStatus.awaits(Self.network) == nil)
        #expect(ConsoleRequest.shell.awaits(Self.drivers) == nil)
    }

    @Test("what is half typed stays when the same screen is drawn anew")
    func halfTyped() {
        var full = FullScreen(size: .init(rows: 24, columns: 80))
        full.show(ScreenText("main menu", ["1  Restore", "... The network is coming up."], prompt: "Choice"))
        _ = full.take(.byte(UInt8(ascii: "1")))
        full.show(ScreenText("main menu", ["1  Restore"], prompt: "Choice"))
        let kept = full.take(.enter)
        #expect(kept == .line("1"))
        _ = full.take(.byte(UInt8(ascii: "y")))
        full.show(ScreenText("the plan", [], prompt: "Plan"))
        let dropped = full.take(.enter)
        #expect(dropped == .line(""))
    }

    @Test("the program tells the boot phases that it is there, and waits for them before it looks at disks")
    func program() throws {
        let program = try RescueProgram()
        let starting = program.directory.appending(path: "starting")
        try Data("devices network\n".utf8).write(to: starting)
        try program.start()
        #expect(program.says("... Drivers are being loaded"))
        #expect(program.says("Choice> "))
        let shown = program.directory.appending(path: "shown").path
        let deadline = Date(timeIntervalSinceNow: 20)
        while !FileManager.default.fileExists(atPath: shown), Date() < deadline { usleep(10_000) }
        #expect(FileManager.default.fileExists(atPath: shown))
        try program.type("2")
        #expect(program.says("... Waiting for the drivers that are still being loaded"))
        #expect(!program.transcript.contains("== Lifeboat: choose where"))
        try FileManager.default.removeItem(at: starting)
        #expect(program.says("Place> "))
    }

    @Test("an answer file that a rescue stick brings after the first screen is taken by the console that is to")
    func answersLater() throws {
        let program = try RescueProgram(["--unattended"])
        let starting = program.directory.appending(path: "starting")
        try Data("devices medium network\n".utf8).write(to: starting)
        try program.start()
        #expect(program.says("... Drivers are being loaded"))
        let answers = program.directory.appending(path: "answers.toml")
        try Data("nonsense".utf8).write(to: answers)
        try Data("answers=\(answers.path)\n".utf8).write(to: program.directory.appending(path: "rescue.conf"))
        try Data("network\n".utf8).write(to: starting)
        #expect(program.says("LIFEBOAT-UNATTENDED "))
        #expect(program.transcript.contains("cannot be used"))
        try FileManager.default.removeItem(at: starting)
        #expect(program.says("The answer file's run is over"))
    }
}
