import Inventory
import RescueConsole
import Testing

@Suite("Plan and confirmation")
struct ConfirmationTests {
    @Test("only yes leaves the plan forwards", arguments: ["", "y", "no", "ok", "1", "TARGET-123456"])
    func plan(line: String) {
        var person = Operator.atPlan(targets: [Samples.target])
        person.type(line)
        #expect(person.title == "the plan")
        #expect(person.request == nil)
    }

    @Test("that the original still runs stands before the confirmation; back and Enter ask again")
    func original() {
        var person = Operator.atDisks(targets: [Samples.target])
        person.type("")
        person.bring(.planReady(["Restore of web01", "  Warning: web01 STILL RUNS: its own card answers"]))
        #expect(person.title == "the plan" && person.screen?.rendered.contains("web01 STILL RUNS") == true)
        person.type("")
        #expect(person.title == "the plan" && person.screen?.rendered.contains("web01 STILL RUNS") == true)
        person.type("back")
        person.type("")
        guard case .preparePlan = person.request else {
            Issue.record("asked for \(String(describing: person.request))")
            return
        }
        person.bring(.planReady(["Restore of web01"]))
        #expect(person.title == "the plan" && person.screen?.rendered.contains("STILL RUNS") == false)
    }

    @Test(
        "the end of the serial starts the restore of exactly what was chosen",
        arguments: ["123456", "target-123456", "T-123456"])
    func confirmed(line: String) {
        var person = Operator.atConfirmation()
        person.type(line)
        guard case .restore(let selection, let confirmations) = person.request else {
            Issue.record("asked for \(String(describing: person.request))")
            return
        }
        #expect(confirmations == [line])
        #expect(selection.mapping.map(\.target) == [Samples.target])
        #expect(person.title == "restoring")
        #expect(person.session.isJobRunning)
    }

    @Test("exact restores without fitting the system to this machine; yes after it fits it again")
    func exact() {
        func adapts(_ answers: [String]) -> Bool? {
            var person = Operator.atPlan(targets: [Samples.target])
            for answer in answers { person.type(answer) }
            guard case .restore(let selection, _) = person.request else { return nil }
            return selection.adapts
        }
        #expect(adapts(["exact", "123456"]) == false)
        #expect(adapts(["yes", "123456"]) == true)
        #expect(adapts(["exact", "back", "yes", "123456"]) == true)
    }

    @Test("keep leads from the plan to the capture of this machine, and nothing of the plan is left")
    func keep() {
        var person = Operator.atPlan(targets: [Samples.target])
        person.type("keep")
        #expect(person.request == .lookForOtherConsole(.job(.capture)))
        person.bring(.free)
        #expect(person.request == .listPlaces)
        person.bring(.placesListed([]))
        #expect(person.title == "choose a disk or export")
        person.type("back")
        #expect(person.title == "main menu")
    }

    @Test("only grow grows, and yes after it does not")
    func grow() {
        func grows(_ answers: [String]) -> Bool? {
            var person = Operator.atPlan(targets: [Samples.target])
            for answer in answers { person.type(answer) }
            guard case .restore(let selection, _) = person.request, selection.adapts || answers[0] == "exact" else {
                return nil
            }
            return selection.grows
        }
        #expect(grows(["grow", "123456"]) == true)
        #expect(grows(["GROW", "123456"]) == true)
        #expect(grows(["yes", "123456"]) == false)
        #expect(grows(["exact", "123456"]) == false)
        #expect(grows(["grow", "back", "yes", "123456"]) == false)
    }

    @Test(
        "a wrong entry never goes on",
        arguments: ["23456", "1", "yes", "TARGET", "123457", "/dev/sda", "51539607552", "0", "123456 ", "STOP"])
    func wrong(line: String) {
        var person = Operator.atConfirmation()
        person.type(line)
        // Blanks around an answer do not count.
        guard line != "123456 " else {
            #expect(person.title == "restoring")
            return
        }
        #expect(person.request == nil)
        #expect(person.complaint != nil)
        #expect(person.title == "confirm what is erased")
    }

    @Test("three wrong entries lead back to the plan, and the count starts anew")
    func threeWrong() {
        var person = Operator.atConfirmation()
        person.type("wrong1")
        person.type("wrong2")
        #expect(person.title == "confirm what is erased")
        person.type("wrong3")
        #expect(person.title == "the plan")
        #expect(person.said.joined(separator: " ").contains("Nothing was written"))
        #expect(person.request == nil)
        person.type("yes")
        person.type("wrong1")
        person.type("wrong2")
        person.type("123456")
        #expect(person.title == "restoring")
    }

    @Test(
        "an empty line or back goes back to the plan",
        arguments: [("", "the plan"), ("back", "the plan"), ("menu", "main menu")])
    func leave(line: String, title: String) {
        var person = Operator.atConfirmation()
        person.type(line)
        #expect(person.title == title)
        #expect(person.request == nil)
    }

    @Test("each target is confirmed by itself, in order")
    func twoTargets() {
        var person = Operator.atConfirmation(sources: 2, targets: [Samples.target, Samples.second])
        #expect(person.screen?.lines.first?.contains("Target 1 of 2") == true)
        person.type("654321")
        #expect(person.complaint != nil)
        person.type("123456")
        #expect(person.screen?.lines.first?.contains("Target 2 of 2") == true)
        #expect(person.request == nil)
        person.type("123456")
        #expect(person.complaint != nil)
        person.type("654321")
        guard case .restore(_, let confirmations) = person.request else {
            Issue.record("asked for \(String(describing: person.request))")
            return
        }
        #expect(confirmations == ["123456", "654321"])
    }

    @Test("an end that fits two disks present names neither")
    func ambiguous() {
        let twin = Samples.disk("/dev/sdb", serial: "OTHER-123456", gibibytes: 60)
        var person = Operator.atConfirmation(targets: [Samples.target, twin])
        person.type("123456")
        #expect(person.request == nil)
        #expect(person.said.joined(separator: " ").contains("also fits"))
        person.type("TARGET-123456")
        #expect(person.title == "restoring")
    }

    @Test("a disk without serial is confirmed by size and model")
    func noSerial() {
        var person = Operator.atConfirmation(targets: [Samples.disk("/dev/vda", serial: nil)])
        #expect(person.screen?.prompt == "Identity> ")
        #expect(person.screen?.rendered.contains("51539607552 QEMU HARDDISK") == true)
        person.type("51539607552")
        #expect(person.request == nil)
        person.type("51539607552 QEMU HARDDISK")
        #expect(person.title == "restoring")
    }
}
