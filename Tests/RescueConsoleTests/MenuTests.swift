import RescueConsole
import Testing

@Suite("Main menu")
struct MenuTests {
    @Test(
        "a number asks for what it says",
        arguments: [
            ("1", ConsoleRequest.lookForOtherConsole(.job(.restore))),
            ("2", .lookForOtherConsole(.job(.capture))),
            ("3", .networkStatus),
            ("5", .lookForOtherConsole(.power(.reboot, confirmed: false))),
            ("6", .lookForOtherConsole(.power(.off, confirmed: false))),
            ("7", .remoteAccess(.look)),
        ])
    func choices(line: String, request: ConsoleRequest) {
        var person = Operator()
        person.type(line)
        #expect(person.request == request)
    }

    @Test("anything else is explained and asked again", arguments: ["0", "8", "x", "q", "restore", "11"])
    func nonsense(line: String) {
        var person = Operator()
        person.type(line)
        #expect(person.complaint != nil)
        #expect(person.screen?.title == "main menu")
        #expect(person.request == nil)
    }

    @Test("back and menu on the main menu show it again", arguments: ["back", "menu", "", "BACK"])
    func nowhere(line: String) {
        var person = Operator()
        person.type(line)
        #expect(person.screen?.title == "main menu")
    }

    @Test("reboot and power off want a yes", arguments: [("5", ConsoleAction.reboot), ("6", .powerOff)])
    func power(line: String, action: ConsoleAction) {
        var person = Operator()
        person.type(line)
        person.bring(.free)
        let question = person.title
        person.type("")
        #expect(person.title == "main menu")
        person.type(line)
        person.bring(.free)
        #expect(person.title == question)
        person.type("yes")
        #expect(!person.actions.contains(action))
        person.bring(.free)
        #expect(person.actions.contains(action))
    }

    @Test("nothing is rebooted while the other console works")
    func busyPower() {
        var person = Operator()
        person.type("5")
        person.bring(.busy(["Restore of web01 on tty1"]))
        #expect(person.title == "another console is working")
        #expect(person.screen?.lines.contains("Restore of web01 on tty1") == true)
        person.type("yes")
        #expect(person.complaint != nil)
        #expect(!person.actions.contains(.reboot))
        person.type("")
        person.bring(.free)
        #expect(person.title == "reboot")
        person.type("back")
        #expect(person.title == "main menu")
    }

    @Test("the other console's restore is shown until it ends")
    func busyRestore() {
        var person = Operator()
        person.type("1")
        person.bring(.busy(["one"]))
        person.type("r")
        person.bring(.busy(["two"]))
        #expect(person.screen?.lines.contains("two") == true)
        person.type("r")
        person.bring(.free)
        #expect(person.title == "choose the repository")
        person.type("back")
        #expect(person.title == "main menu")
    }

    @Test("the network can be read again and left")
    func network() {
        var person = Operator()
        person.type("3")
        person.bring(.network(["eth0  NO LINK"]))
        #expect(person.title == "network")
        person.type("r")
        #expect(person.request == .networkStatus)
        person.bring(.network(["eth0  link"]))
        #expect(person.screen?.lines.contains("eth0  link") == true)
        person.type("")
        #expect(person.title == "main menu")
    }

    @Test("a line of settings is put into force, and what came of it is shown; a wrong one is explained")
    func setNetwork() {
        var person = Operator()
        person.type("3")
        person.bring(.network(["eth0  link"]))
        person.type("eth0 192.0.2.5/24 via 198.51.100.1")
        #expect(person.complaint?.contains("The router 198.51.100.1") == true && person.request == nil)
        person.type("eth0 192.0.2.5/24")
        #expect(person.request == .setNetwork("eth0 192.0.2.5/24"))
        person.bring(.network(["    192.0.2.5/24 (set)"]))
        #expect(person.title == "network" && person.screen?.lines.contains("    192.0.2.5/24 (set)") == true)
        person.type("eth9 off")
        person.bring(.failed("it broke"))
        #expect(person.complaint == "! it broke" && person.title == "network")
        person.type("")
        #expect(person.title == "main menu")
    }

    @Test("lines typed while something is waited for are dropped")
    func typedAhead() {
        var person = Operator()
        person.type("1")
        person.type("6")
        #expect(person.actions.isEmpty)
        person.bring(.free)
        #expect(person.title == "choose the repository")
    }

    @Test("a result that is no longer waited for is dropped")
    func stale() {
        var person = Operator()
        person.type("3")
        person.pressControlC()
        #expect(person.actions.first == .stop(ticket: 1))
        #expect(person.title == "main menu")
        person.bring(.network(["late"]), ticket: 1)
        #expect(person.actions.isEmpty)
        #expect(person.title == "main menu")
    }
}
