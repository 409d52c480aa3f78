import Foundation
import RescueConsole
import Testing

@Suite("The dialogue as docs/rescue-menu.md has it")
struct DialogueTests {
    private static let document: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        return (try? String(contentsOf: root.appending(path: "docs/rescue-menu.md"), encoding: .utf8)) ?? ""
    }()

    /// Every screen that can be reached, once.
    private static var screens: [ScreenText] {
        var screens: [ScreenText] = []
        func see(_ person: Operator) { screens += [person.screen].compactMap { $0 } }
        var person = Operator()
        see(person)
        person.type("1")
        person.bring(.busy(["Restore"]))
        see(person)
        person.type("")
        person.bring(.free)
        see(person)
        for kind in ["token", "fingerprint"] {
            person.type(kind)
            see(person)
            person.type("")
            person.bring(.done)
        }
        see(.atHosts())
        see(.atMoments())
        see(.atDisks(targets: [Samples.target]))
        see(.atPlan(targets: [Samples.target]))
        see(.atConfirmation())
        see(.atConfirmation(targets: [Samples.disk("/dev/vda", serial: nil)]))
        see(.asked())
        for outcome in [JobReport.Outcome.finished, .failed, .stopped] {
            person = .restoring()
            see(person)
            person.pressControlC()
            see(person)
            person.bring(.report(JobReport(outcome, [])))
            see(person)
        }
        for (line, result) in [
            ("3", ConsoleResult.network([])), ("5", .free), ("6", .free), ("7", .remoteAccess(Samples.remoteAccess)),
        ] {
            person = Operator()
            person.type(line)
            person.bring(result)
            see(person)
        }
        person = .atTools()
        see(person)
        person.type("2")
        person.bring(.overview([DiskOverview(Samples.target)]))
        see(person)
        person.type("")
        person.type("3")
        person.bring(.placesListed([]))
        see(person)
        person = .comparing(targets: [Samples.target])
        see(person)
        person.type("")
        see(person)
        person.pressControlC()
        see(person)
        person.bring(.report(JobReport(.finished, [])))
        see(person)
        person = .atClock()
        see(person)
        person.type("clock network")
        person.bring(.serverTime(Samples.now, ahead: 60_000_000_000))
        see(person)
        person = Operator()
        person.type("2")
        person.bring(.free)
        person.bring(.placesListed([]))
        see(person)
        person.type("/mnt")
        person.bring(.mounted("/mnt", hosts: nil))
        see(person)
        person.type("yes")
        person.bring(.done)
        person.bring(.disksToCapture([Samples.target]))
        see(person)
        person.type("")
        see(person)
        person.type("web01")
        see(person)
        person.type("yes")
        see(person)
        person.pressControlC()
        see(person)
        return screens
    }

    @Test("every title and prompt stands in the document", arguments: Self.screens)
    func documented(screen: ScreenText) {
        let isVariant =
            ["restore", "capture", "comparison"].contains { screen.title.hasPrefix($0) } && screen.prompt == "Done> "
        #expect(Self.document.contains("`\(screen.titleLine)`") || isVariant, "\(screen.titleLine)")
        if let prompt = screen.prompt { #expect(Self.document.contains("`\(prompt)`"), "\(prompt)") }
    }

    @Test("every title in the document is one of the program's")
    func noDeadTitles() {
        let titles = Set(
            Self.screens.map(\.titleLine) + ["== Lifeboat: capture finished ==", "== Lifeboat: \u{2026} =="])
        let found = Self.document.split(separator: "`").map(String.init).filter { $0.hasPrefix("== Lifeboat: ") }
        #expect(!found.isEmpty)
        for title in found where !title.contains("\n") { #expect(titles.contains(title), "\(title)") }
    }

    @Test("every line fits 79 columns of ASCII, and small machines' screens fit 24 lines", arguments: Self.screens)
    func size(screen: ScreenText) {
        for line in screen.rendered.split(separator: "\n") {
            #expect(line.utf8.count <= 79)
            #expect(line.utf8.allSatisfy { (0x20..<0x7f).contains($0) })
        }
        #expect(screen.rendered.split(separator: "\n", omittingEmptySubsequences: false).count <= 25, "\(screen.title)")
    }

    @Test("back and menu are said on every screen that can be left by them", arguments: Self.screens)
    func helpful(screen: ScreenText) {
        let isQuestion = screen.prompt == nil || ["Choice> ", "Done> ", "Stop> ", "Network> "].contains(screen.prompt)
        let says = screen.lines.joined(separator: " ")
        #expect(isQuestion || says.contains("menu") || says.contains("goes back"), "\(screen.title)")
    }
}
