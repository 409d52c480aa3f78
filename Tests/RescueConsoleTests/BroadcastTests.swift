import RepositoryFormat
import RescueConsole
import Testing

@Suite("What goes between a console and those attached to it")
struct BroadcastTests {
    private let question = ScreenText(
        "stop the restore?", ["first", "second"], prompt: "Stop", rows: [1: "STOP"])
    private let secret = ScreenText("unlock the restored disks", ["it"], prompt: "Passphrase", isSecret: true)

    private func heard(_ owner: Broadcast, _ message: [UInt8]?) throws -> Broadcast.Heard? {
        var lines = Broadcast.guestLines
        return try lines.feed(message ?? [])?.first.map { line in try owner.hear(line) }
    }

    @Test("a screen arrives as it was shown, with its rows and its prompt, whatever pieces the bytes come in")
    func screen() throws {
        var owner = Broadcast()
        owner.show(question)
        owner.say(["Writing 10 %", "! attempt 1"])
        var guest = AttachedSession()
        var shown: [AttachedSession.Shown] = []
        for byte in owner.greeting { shown += try guest.feed([byte]) }
        #expect(shown == [.screen(question), .lines(["Writing 10 %", "! attempt 1"])])
        owner.show(secret)
        #expect(try guest.feed(owner.greeting) == [.screen(secret)])
        #expect(guest.isSecret)
    }

    @Test("progress arrives as picture and as lines; who attaches later gets the newest picture")
    func progress() throws {
        var owner = Broadcast()
        owner.show(ScreenText("restoring", ["web01"], prompt: nil))
        var guest = AttachedSession()
        _ = try guest.feed(owner.greeting)
        #expect(
            try guest.feed(owner.progress(["Writing [##--] 50.0 %"], ["Writing 50.0 %"]))
                == [.progress(board: ["Writing [##--] 50.0 %"], lines: ["Writing 50.0 %"])])
        _ = owner.progress(["Writing [###-] 75.0 %\u{1b}[2J"], [])
        let later = try guest.feed(owner.greeting).last
        guard case .progress(let board, let lines) = later else {
            Issue.record("no picture")
            return
        }
        #expect(lines == ["Writing 50.0 %"] && board.count == 1)
        #expect(board[0].utf8.allSatisfy { (0x20..<0x7f).contains($0) })
        owner.show(question)
        #expect(try guest.feed(owner.greeting) == [.screen(question)])
    }

    @Test("what is typed answers the screen that was shown, and no later one")
    func answers() throws {
        var owner = Broadcast()
        owner.show(question)
        var guest = AttachedSession()
        _ = try guest.feed(owner.greeting)
        let typed = guest.message(.line(" STOP"))
        #expect(try heard(owner, typed) == .input(.line(" STOP")))
        #expect(try heard(owner, guest.message(.interrupt)) == .input(.interrupt))
        owner.show(question)
        #expect(try heard(owner, typed) == .late)
        _ = try guest.feed(owner.shown)
        #expect(try heard(owner, guest.message(.line(""))) == .input(.line("")))
    }

    @Test("leave leaves, but as a passphrase it is one")
    func leave() throws {
        var owner = Broadcast()
        owner.show(question)
        var guest = AttachedSession()
        _ = try guest.feed(owner.greeting)
        #expect(guest.message(.line("Leave ")) == nil)
        #expect(guest.message(.leave) == nil)
        owner.show(secret)
        _ = try guest.feed(owner.greeting)
        #expect(try heard(owner, guest.message(.line("leave"))) == .input(.line("leave")))
    }

    @Test("what comes is made printable, and garbage and lines without end are refused")
    func untrusted() throws {
        var guest = AttachedSession()
        let evil =
            #"{"screen":{"title":"a\u001b[2J","lines":["\u001b]0;x","\#(String(repeating: "y", count: 200))"],"#
            + #""isSecret":false,"rows":[{"line":99,"answer":"z"},{"line":-1,"answer":"z"}]},"number":7}"# + "\n"
        guard case .screen(let screen) = try guest.feed(Array(evil.utf8)).first else {
            Issue.record("no screen")
            return
        }
        #expect(screen.lines.count == 4 && screen.rows.isEmpty)
        #expect(screen.rendered.utf8.allSatisfy { $0 == 0x0a || (0x20..<0x7f).contains($0) })
        #expect(screen.lines.allSatisfy { $0.utf8.count <= 79 })
        #expect(throws: FormatError.self) { try guest.feed(Array("{}x\n".utf8)) }
        #expect(throws: FormatError.self) { try guest.feed([UInt8](repeating: 0x20, count: 1 << 20 + 1)) }
        #expect(throws: FormatError.self) { try Broadcast().hear(Array(#"{"line":"STOP"}"#.utf8)) }
        var lines = Broadcast.guestLines
        #expect(lines.feed([UInt8](repeating: 0x20, count: 1 << 15 + 1)) == nil)
    }

    @Test("a report of any length is shown with its end")
    func long() throws {
        var owner = Broadcast()
        owner.show(ScreenText("restore finished", (0..<5000).map { "line \($0)" }, prompt: "Done"))
        var guest = AttachedSession()
        guard case .screen(let screen) = try guest.feed(owner.greeting).first else {
            Issue.record("no screen")
            return
        }
        #expect(screen.lines.count == 1000 && screen.lines.last == "line 4999")
    }

    @Test("Enter attaches where another console works, and r looks again; what ends it leads to the main menu")
    func attaching() {
        var person = Operator()
        person.type("1")
        person.bring(.busy(["Restore of web01 on tty1"]))
        person.type("r")
        person.bring(.busy(["Restore of web01 on tty1"]))
        #expect(person.title == "another console is working")
        #expect(person.request == nil)
        person.type("")
        person.bring(.busy(["Restore of web01 on tty1"]))
        #expect(person.request == .attach)
        person.bring(.failed("Nothing can be attached to."))
        #expect(person.title == "another console is working" && person.complaint != nil)
        person.type("")
        person.bring(.busy(["Restore of web01 on tty1"]))
        person.bring(.detached("The work is over."))
        #expect(person.title == "main menu" && person.said == ["The work is over."])
    }

    @Test("consoles attach while a job runs and while its report is shown")
    func shared() {
        var person = Operator.atConfirmation()
        #expect(!person.session.isShared)
        person.type("123456")
        #expect(person.session.isShared)
        person.bring(.report(JobReport(.finished, [])))
        #expect(person.session.isShared)
        person.type("")
        #expect(!person.session.isShared)
    }
}
