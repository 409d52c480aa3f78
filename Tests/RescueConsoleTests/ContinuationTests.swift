import Inventory
import RepositoryFormat
import RescueConsole
import Testing

@Suite("Continuing an interrupted restore")
struct ContinuationTests {
    private static func note(_ source: UInt32 = 0, done: UInt64 = 43, address: String = "http://192.0.2.10:8080")
        -> RestoreNote
    {
        let moment = Samples.moments(3)[1]
        return RestoreNote(
            host: "web01", position: moment.position, time: moment.time, repository: address, begun: Samples.now,
            source: source,
            disks: [.init(source: 0, target: "TARGET-123456"), .init(source: 1, target: "SECOND-654321")], done: done,
            total: 100)
    }

    private static func disk(_ disk: PresentDisk = Samples.target, _ note: RestoreNote? = ContinuationTests.note())
        -> PresentDisk
    {
        var disk = disk
        disk.interrupted = note
        return disk
    }

    private static func atMenu(
        _ disks: [PresentDisk] = [ContinuationTests.disk()],
        _ configuration: RescueConfiguration = RescueConfiguration(console: "ttyS0")
    ) -> Operator {
        var person = Operator(configuration)
        person.bring(.interruptedFound(InterruptedRestore(among: disks)), ticket: 0)
        return person
    }

    @Test("the main menu offers it on its first line, with host, moment, progress and disk")
    func offered() throws {
        let person = Self.atMenu()
        let lines = try #require(person.screen?.lines)
        #expect(lines[0] == "c  Continue the interrupted restore (Enter takes it)")
        let words = lines.joined(separator: " ")
        for part in ["web01 as of 2026-11-22T16:00:00Z", "43 %", "/dev/sda", "TARGET-123456", "http://192.0.2.10:8080"]
        {
            #expect(words.contains(part), "\(part)")
        }
        #expect(lines.contains("1  Restore this machine from a repository"))
    }

    @Test("without one the menu is as ever, and Enter does nothing")
    func notOffered() {
        var person = Self.atMenu([Samples.target])
        #expect(person.actions.isEmpty)
        person.type("c")
        #expect(person.complaint != nil && person.request == nil)
    }

    @Test(
        "Enter leads through repository, host and moment to the disks, and those to plan and confirmation",
        arguments: ["", "c"])
    func continued(answer: String) {
        var person = Self.atMenu()
        person.type(answer)
        #expect(person.request == .lookForOtherConsole(.job(.restore)))
        person.bring(.free)
        #expect(person.request == .openRepository("http://192.0.2.10:8080"))
        person.bring(.repositoryOpened([Samples.db, Samples.web01]))
        person.bring(.timelineLoaded(Samples.moments(3)))
        guard case .listDisks(let selection) = person.request else {
            Issue.record("\(person.actions)")
            return
        }
        #expect(selection.moment == Samples.moments(3)[1])
        // The larger disk would be proposed otherwise: it was the same disk as the source.
        person.bring(.disksListed(sources: [Samples.source(0)], targets: [Samples.second, Self.disk()]))
        #expect(person.screen?.lines.contains("  0=1  continues the interrupted restore") == true)
        #expect(person.screen?.lines.contains("     now: an interrupted restore of web01, 43 %") == true)
        person.type("")
        person.bring(.planReady(["Restore of web01"]))
        person.type("yes")
        #expect(person.title == "confirm what is erased")
        person.type("")
        #expect(person.title == "the plan")
    }

    @Test("a disk that is complete already is found by what the others say of it")
    func completeDisk() {
        var person = Self.atMenu([Self.disk(), Samples.second])
        person.type("")
        person.bring(.free)
        person.bring(.repositoryOpened([Samples.web01]))
        person.bring(.timelineLoaded(Samples.moments(3)))
        person.bring(
            .disksListed(
                sources: [Samples.source(0), Samples.source(1)],
                targets: [Self.disk(), Samples.disk("/dev/sdc", serial: "EMPTY-000000"), Samples.second]))
        person.type("")
        guard case .preparePlan(let selection) = person.request else {
            Issue.record("\(person.actions)")
            return
        }
        #expect(selection.mapping.map(\.target.path) == ["/dev/sda", "/dev/sdb"])
    }

    /// What is mapped by Enter at the disks, when the moment has these disks and the machine those.
    private static func mapped(_ sources: [Int], _ targets: [PresentDisk]) -> RestoreSelection? {
        var person = atMenu(targets)
        person.type("")
        person.bring(.free)
        person.bring(.repositoryOpened([Samples.web01]))
        person.bring(.timelineLoaded(Samples.moments(3)))
        person.bring(.disksListed(sources: sources.map { Samples.source($0) }, targets: targets))
        guard person.screen?.lines.contains(where: { $0.contains("continues") }) == true else { return nil }
        person.type("")
        if case .preparePlan(let selection) = person.request { return selection }
        return nil
    }

    @Test(
        "a divided disk goes on over the same disks, in their order, though one is complete; not where one is missing")
    func divided() throws {
        var first = Self.note()
        first.disks = [
            .init(source: 0, target: "TARGET-123456"), .init(source: 0, target: "SECOND-654321"),
            .init(source: 1, target: "THIRD-777777"),
        ]
        first.part = 0
        var second = first
        second.part = 1
        let third = Samples.disk("/dev/sdc", serial: "THIRD-777777")
        for disks in [
            [Self.disk(Samples.second, second), Self.disk(Samples.target, first), third],
            [Self.disk(Samples.target, first), Samples.second, third],
            [third, Self.disk(Samples.second, second), Samples.target],
        ] {
            let selection = try #require(Self.mapped([0, 1], disks))
            #expect(selection.mapping.map(\.source) == [0, 0, 1])
            #expect(selection.mapping.map(\.target.path) == ["/dev/sda", "/dev/sdb", "/dev/sdc"])
            #expect(selection.splits && !selection.combines && !selection.fits)
        }
        #expect(Self.mapped([0], [Self.disk(Samples.target, first), third]) == nil)
        #expect(Self.mapped([0], [Self.disk(Samples.target, first), Self.disk(Samples.second, first)]) == nil)
    }

    @Test("disks that went onto one go on there")
    func combined() throws {
        var note = Self.note()
        note.disks = [.init(source: 0, target: "TARGET-123456"), .init(source: 1, target: "TARGET-123456")]
        let selection = try #require(
            Self.mapped([0, 1], [Samples.second, Self.disk(Samples.target, note)]))
        #expect(selection.mapping.map(\.target.path) == ["/dev/sda", "/dev/sda"])
        #expect(selection.combines && !selection.splits)
    }

    @Test("two disks that claim to be the same one are left to the operator")
    func claimed() {
        var person = Self.atMenu([Self.disk(), Self.disk(Samples.second)])
        person.type("")
        person.bring(.free)
        person.bring(.repositoryOpened([Samples.web01]))
        person.bring(.timelineLoaded(Samples.moments(3)))
        person.bring(
            .disksListed(sources: [Samples.source(0)], targets: [Self.disk(), Self.disk(Samples.second)]))
        #expect(person.screen?.lines.contains { $0.contains("continues") } == false)
    }

    @Test("an address that only a disk names is not opened by itself where another was given, nor with a token")
    func foreignAddress() {
        var other = RescueConfiguration(repository: "https://backup.example", console: "ttyS0")
        var person = Self.atMenu([Self.disk()], other)
        person.type("")
        person.bring(.free)
        #expect(person.request == nil && person.title == "choose the repository")
        #expect(person.complaint?.contains("http://192.0.2.10:8080") == true)
        person.type("")
        #expect(person.request == .openRepository("https://backup.example"))
        other.repository = nil
        other.token = "secret"
        person = Self.atMenu([Self.disk()], other)
        person.type("")
        person.bring(.free)
        #expect(person.request == nil && person.title == "choose the repository")
    }

    @Test("what cannot be had is said, and the menu goes on from there")
    func missing() {
        var person = Self.atMenu()
        person.type("")
        person.bring(.free)
        person.bring(.failed("no route to host"))
        #expect(person.title == "choose the repository" && person.complaint?.contains("no route") == true)
        person.type("")
        person.bring(.repositoryOpened([Samples.db]))
        #expect(person.title == "choose the host" && person.complaint?.contains("web01") == true)

        person = Self.atMenu()
        person.type("")
        person.bring(.free)
        person.bring(.repositoryOpened([Samples.web01]))
        person.bring(.timelineLoaded(Array(Samples.moments(3).suffix(1))))
        #expect(person.title == "choose the moment" && person.complaint?.contains("not in this repository") == true)
        person.type("menu")
        person.type("1")
        person.bring(.free)
        person.type("")
        person.bring(.repositoryOpened([Samples.web01]))
        #expect(person.title == "choose the host", "the menu forgets it")
    }

    @Test("found while something else is on the screen it is offered when the menu comes up")
    func late() {
        var person = Operator()
        person.type("1")
        person.bring(.free)
        person.bring(.interruptedFound(InterruptedRestore(among: [Self.disk()])), ticket: 0)
        #expect(person.actions.isEmpty && person.title == "choose the repository")
        person.type("back")
        #expect(person.screen?.lines[0].hasPrefix("c  Continue") == true)
    }

    @Test("a disk in use, and one that holds the repository, is not offered")
    func obstacles() {
        #expect(
            InterruptedRestore(among: [Self.disk(Samples.disk("/dev/sda", serial: "A", roles: [.repository]))]) == nil)
    }

    @Test("of several the one that began last is offered, with the disk that is the least far")
    func several() throws {
        var old = Self.note()
        old.begun -= 1
        old.host = "db"
        let found = try #require(
            InterruptedRestore(among: [
                Self.disk(Samples.disk("/dev/sdc", serial: "C"), old), Self.disk(),
                Self.disk(Samples.second, Self.note(1, done: 7)),
            ]))
        #expect(found.note.host == "web01" && found.note.percent == 7 && found.disks.count == 2)
    }
}
