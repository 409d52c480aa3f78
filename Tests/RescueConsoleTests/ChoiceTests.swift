import Inventory
import Repository
import RepositoryFormat
import RescueConsole
import Testing

@Suite("Choosing repository, host and moment")
struct ChoiceTests {
    @Test(
        "an address opens, a typed one replaces the preset",
        arguments: [
            ("", Samples.address), ("https://backup.example/x", "https://backup.example/x"), ("/mnt/usb", "/mnt/usb"),
            ("  /mnt/usb  ", "/mnt/usb"),
        ])
    func repository(line: String, address: String) {
        var person = Operator()
        person.type("1")
        person.bring(.free)
        person.type(line)
        #expect(person.request == .openRepository(address))
    }

    @Test("what is no address is not opened", arguments: ["backup", "ftp://x/", "C:\\repo"])
    func noAddress(line: String) {
        var person = Operator()
        person.type("1")
        person.bring(.free)
        person.type(line)
        #expect(person.request == nil)
        #expect(person.complaint != nil)
        #expect(person.title == "choose the repository")
    }

    @Test("a token is typed unseen, a fingerprint seen; what can be none is said and asked for again")
    func access() {
        var person = Operator()
        person.type("1")
        person.bring(.free)
        person.type("token")
        #expect(person.screen?.isSecret == true)
        person.type("lbt_secret")
        #expect(person.request == .useAccess(token: "lbt_secret", fingerprint: nil))
        person.bring(.done)
        #expect(person.title == "choose the repository" && person.screen?.isSecret == false)
        #expect(person.screen?.lines.contains { $0.hasSuffix("(one is set)") } == true)
        person.type("fingerprint")
        person.type("12:34")
        #expect(person.request == .useAccess(token: "lbt_secret", fingerprint: "12:34"))
        person.bring(.failed("\"12:34\" is no fingerprint."))
        #expect(person.complaint != nil && person.title == "fingerprint of the server")
        person.type("back")
        person.type("token")
        person.type("")
        #expect(person.request == .useAccess(token: nil, fingerprint: nil), "what was refused is not kept")
        person.bring(.done)
        person.type("")
        #expect(person.request == .openRepository(Samples.address))
    }

    @Test("without a preset Enter is no address")
    func noPreset() {
        var person = Operator(RescueConfiguration())
        person.type("1")
        person.bring(.free)
        person.type("")
        #expect(person.request == nil)
        #expect(person.complaint != nil)
    }

    @Test("a failure is explained and the address that failed can be corrected")
    func failure() {
        var person = Operator()
        person.type("1")
        person.bring(.free)
        person.type("http://wrong.example/")
        person.bring(.trouble("Could not resolve host; trying again"))
        #expect(person.complaint == "! Could not resolve host; trying again")
        person.bring(.failed("Cannot read lifeboat.json: could not resolve host."))
        #expect(person.complaint == "! Cannot read lifeboat.json: could not resolve host.")
        #expect(person.title == "choose the repository")
        #expect(person.screen?.lines.contains("Address: http://wrong.example/") == true)
    }

    @Test(
        "a host is named by number or name",
        arguments: [("1", "web01"), ("db", "db"), ("2", "db"), ("web01", "web01")])
    func hosts(line: String, name: String) {
        var person = Operator.atHosts([Samples.web01, Samples.db, Samples.empty])
        person.type(line)
        #expect(person.request == .loadTimeline(repository: Samples.address, host: name))
    }

    @Test("what names no host with moments is explained", arguments: ["", "3", "4", "0", "-1", "mail", "new"])
    func noHost(line: String) {
        var person = Operator.atHosts([Samples.web01, Samples.db, Samples.empty])
        person.type(line)
        #expect(person.request == nil)
        #expect(person.complaint != nil)
    }

    @Test("a part of a name lists the hosts that have it; Enter takes the only one, * lists all again")
    func searchedHosts() {
        var person = Operator.atHosts([Samples.web01, Samples.db, Samples.empty])
        person.type("W")
        #expect(person.request == nil && person.screen?.rows.map(\.answer) == ["1", "3"])
        #expect(person.screen?.lines.contains("Names with \"W\": 2 of 3. * shows all.") == true)
        person.type("")
        #expect(person.complaint != nil, "two are left")
        person.type("*")
        #expect(person.screen?.rows.count == 3)
        person.type("DB")
        #expect(person.screen?.rows.map(\.answer) == ["2"])
        person.type("")
        #expect(person.request == .loadTimeline(repository: Samples.address, host: "db"))
        person = Operator.atHosts([Samples.web01, Samples.db, Samples.empty])
        person.type("ne")
        person.type("")
        #expect(person.request == nil && person.complaint?.contains("new has no moment") == true)
    }

    @Test("the host that looks like this machine is suggested with its reason; one that is preset goes first")
    func suggestedHost() {
        let present = MachineLikeness.Present(
            product: nil, networkInterfaces: [Samples.card("3c:ec:ef:00:00:01")], disks: [])
        func hosts(_ cards: [String]) -> [HostChoice] {
            zip([Samples.web01, Samples.db], cards).map { host, card in
                var host = host
                host.add(Samples.machine(host.name, [Samples.card(card)]), present: present)
                return host
            }
        }
        var person = Operator.atHosts(hosts(["52:54:00:aa:bb:0c", "3C:EC:EF:00:00:01"]))
        #expect(person.screen?.lines.contains("This machine looks like db: 1 of its 1 network card.") == true)
        #expect(person.screen?.lines.contains { $0.contains("UEFI") && $0.hasSuffix(" 2") } == true)
        person.type("")
        #expect(person.request == .loadTimeline(repository: Samples.address, host: "db"))
        person = Operator.atHosts(hosts(["52:54:00:aa:bb:0c", "52:54:00:aa:bb:0d"]))
        person.type("")
        #expect(person.request == nil)
        person = Operator(RescueConfiguration(repository: Samples.address, host: "web01"))
        person.type("1")
        person.bring(.free)
        person.type("")
        person.bring(.repositoryOpened(hosts(["52:54:00:aa:bb:0c", "3C:EC:EF:00:00:01"])))
        #expect(person.screen?.lines.contains { $0.hasPrefix("This machine looks like db:") } == true)
        person.type("")
        #expect(person.request == .loadTimeline(repository: Samples.address, host: "web01"))
    }

    @Test("fourteen hosts a page; a host called n is a host")
    func manyHosts() {
        var hosts = (0..<20).map { number in
            var host = Samples.db
            host.name = "host\(number)"
            return host
        }
        var person = Operator.atHosts(hosts)
        #expect(
            person.screen?.rendered.contains("host13 ") == true && person.screen?.rendered.contains("host14 ") == false)
        person.type("n")
        #expect(person.screen?.rendered.contains("host19 ") == true)
        person.type("3")
        #expect(person.request == .loadTimeline(repository: Samples.address, host: "host2"))
        hosts[0].name = "n"
        person = Operator.atHosts(hosts)
        person.type("n")
        #expect(person.request == .loadTimeline(repository: Samples.address, host: "n"))
    }

    @Test("Enter takes the only host")
    func onlyHost() {
        var person = Operator.atHosts()
        person.type("")
        #expect(person.request == .loadTimeline(repository: Samples.address, host: "web01"))
    }

    @Test("Enter takes the host that was preset")
    func presetHost() {
        var person = Operator(RescueConfiguration(repository: Samples.address, host: "db"))
        person.type("1")
        person.bring(.free)
        person.type("")
        person.bring(.repositoryOpened([Samples.web01, Samples.db]))
        person.type("")
        #expect(person.request == .loadTimeline(repository: Samples.address, host: "db"))
    }

    @Test("a host whose name is a number is taken by its name first")
    func numericName() {
        var two = Samples.db
        two.name = "1"
        var person = Operator.atHosts([Samples.web01, two])
        person.type("1")
        #expect(person.request == .loadTimeline(repository: Samples.address, host: "1"))
    }

    @Test(
        "a moment is named by number, time or age",
        arguments: [
            ("", 3), ("latest", 3), ("LATEST", 3), ("1", 3), ("3", 1), ("1h", 3), ("90m", 2), ("2h", 2), ("119m", 2),
            ("3h", 1), ("2026-11-22 17:00", 3), ("2026-11-22 16:59", 2), ("2026-11-22T15:00:00Z", 1),
            ("2026-11-22 17:00+01:00", 2), ("today 16:10", 2), ("15:30", 1), ("2h ago", 2),
        ])
    func moments(line: String, sequence: UInt64) {
        var person = Operator.atMoments()
        person.type(line)
        guard case .listDisks(let selection) = person.request else {
            Issue.record("asked for \(String(describing: person.request))")
            return
        }
        #expect(selection.moment.position.sequence == sequence)
        #expect(selection.host == "web01")
    }

    @Test(
        "what names no moment is explained",
        arguments: [
            "0", "4", "4h", "2026-11-22 14:59", "yesterday", "yesterday 17:00", "n", "p", "chart", "2026-13-01",
        ])
    func noMoment(line: String) {
        var person = Operator.atMoments()
        person.type(line)
        #expect(person.request == nil)
        #expect(person.complaint != nil)
        #expect(person.title == "choose the moment")
    }

    @Test(
        "where writes were followed, a typed time is looked for; the list is taken by number as ever",
        arguments: ["90m", "2026-11-22 16:59", "2026-11-22T15:00:00Z", "@1.7", "2020-01-01"])
    func followed(line: String) {
        var person = Operator.atHosts([Samples.web01])
        person.type("1")
        person.bring(.timelineLoaded(Samples.moments(3), isFollowed: true))
        person.type(line)
        guard case .findMoment(Samples.address, "web01", let time, _) = person.request else {
            Issue.record("asked for \(String(describing: person.request))")
            return
        }
        #expect(time == TimeExpression(line))
        var found = Samples.moments(3)[1]
        found.position.sequence = 4711
        person.bring(.momentFound(found))
        guard case .listDisks(let selection) = person.request else {
            Issue.record("asked for \(String(describing: person.request))")
            return
        }
        #expect(selection.moment == found && selection.host == "web01")
    }

    @Test("a time of which nothing is known leads back to the list; positions are not taken for the newest")
    func notFound() {
        var person = Operator.atHosts([Samples.web01])
        person.type("1")
        person.bring(.timelineLoaded(Samples.moments(3), isFollowed: true))
        person.type("2h")
        person.bring(.failed("What the disks held then is not known."))
        #expect(person.complaint?.contains("not known") == true && person.title == "choose the moment")
        person.type("2")
        guard case .listDisks = person.request else {
            Issue.record("asked for \(String(describing: person.request))")
            return
        }
        var scanned = Operator.atMoments()
        scanned.type("@1.1")
        #expect(scanned.request == nil && scanned.complaint != nil)
    }

    @Test("fourteen moments a page, newest first; n and p turn, and stop at both ends")
    func pages() {
        var person = Operator.atMoments(Samples.moments(31))
        func numbers() -> [Int] {
            (person.screen?.lines ?? []).compactMap { line in
                line.contains("cold") ? line.split(separator: " ").first.flatMap { Int($0) } : nil
            }
        }
        #expect(numbers() == Array(1...14))
        #expect((person.screen?.rendered.split(separator: "\n").count ?? 99) <= 24)
        person.type("p")
        #expect(person.complaint != nil)
        person.type("n")
        #expect(numbers() == Array(15...28))
        person.type("n")
        #expect(numbers() == [29, 30, 31])
        person.type("n")
        #expect(person.complaint != nil)
        person.type("p")
        #expect(numbers() == Array(15...28))
        person.type("31")
        guard case .listDisks(let selection) = person.request else {
            Issue.record("asked for \(String(describing: person.request))")
            return
        }
        #expect(selection.moment.label == "first")
    }

    @Test("back goes one screen back each time, menu all the way")
    func backAndMenu() {
        var person = Operator.atPlan(targets: [Samples.target])
        let titles = ["choose the disks", "choose the moment", "choose the host", "choose the repository", "main menu"]
        for title in titles {
            person.type("back")
            #expect(person.title == title)
        }
        person = Operator.atPlan(targets: [Samples.target])
        person.type("menu")
        #expect(person.title == "main menu")
        #expect(person.request == nil)
    }
}
