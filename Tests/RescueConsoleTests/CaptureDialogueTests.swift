import Inventory
import RescueConsole
import Testing

@Suite("Capturing")
struct CaptureDialogueTests {
    private static let stick = LocalFileSystem(
        path: "/dev/sdc1", kind: "ext4", label: "BACKUP", uuid: "u", sizeInBytes: 60 << 30, disk: "/dev/sdc (Stick)")

    private static func atPlace() -> Operator {
        var person = Operator()
        person.type("2")
        person.bring(.free)
        person.bring(.placesListed([stick]))
        return person
    }

    private static func atDisks(_ disks: [PresentDisk], hosts: [String]? = ["web01"]) -> Operator {
        var person = atPlace()
        person.type("0")
        person.bring(.mounted("/run/lifeboat/repository/tty1", hosts: hosts))
        person.bring(.disksToCapture(disks))
        return person
    }

    @Test(
        "a place is a number, an export or a directory",
        arguments: [
            ("0", RepositoryPlace.fileSystem(stick)), ("nas:/backup", .export("nas:/backup")),
            ("192.0.2.7:/srv/x", .export("192.0.2.7:/srv/x")), ("/mnt", .directory("/mnt")),
        ])
    func places(line: String, place: RepositoryPlace) {
        var person = Self.atPlace()
        person.type(line)
        #expect(person.request == .mount(place, writable: true))
    }

    @Test("what is no place is explained", arguments: ["1", "usb", "nas:backup", ":/x", "http://x/y"])
    func noPlace(line: String) {
        var person = Self.atPlace()
        person.type(line)
        #expect(person.request == nil)
        #expect(person.complaint != nil)
    }

    @Test("a repository is made only after a yes")
    func make() {
        var person = Self.atPlace()
        person.type("0")
        person.bring(.mounted("/run/r", hosts: nil))
        #expect(person.title == "make a repository")
        person.type("")
        #expect(person.request == nil)
        person.type("yes")
        #expect(person.request == .makeRepository("/run/r"))
        person.bring(.done)
        #expect(person.request == .listDisksToCapture(repository: "/run/r"))
    }

    @Test(
        "Enter takes every disk that can be captured; the repository's cannot",
        arguments: [("", ["/dev/sda", "/dev/sdb"]), ("1", ["/dev/sdb"]), ("1 0", ["/dev/sdb", "/dev/sda"])])
    func disks(line: String, expected: [String]) {
        let repository = Samples.disk("/dev/sdc", serial: "C00001", roles: [.repository])
        var person = Self.atDisks([Samples.target, Samples.second, repository])
        person.type("2")
        #expect(person.complaint?.contains("holds the repository") == true)
        person.type("0 0")
        #expect(person.complaint?.contains("twice") == true)
        person.type(line)
        person.type("web02")
        person.type("yes")
        guard case .capture(let selection) = person.request else {
            Issue.record("asked for \(String(describing: person.request))")
            return
        }
        #expect(selection.disks.map(\.path) == expected)
        #expect(selection.host == "web02")
        #expect(person.title == "capturing")
    }

    @Test("a name is typed, or a known host's number", arguments: [("1", "web01"), ("web01", "web01"), ("new", "new")])
    func names(line: String, expected: String) {
        var person = Self.atDisks([Samples.target])
        person.type("")
        person.type(line)
        #expect(person.title == "ready to capture")
        #expect(person.screen?.lines.first?.contains(expected) == true)
        person.type("")
        #expect(person.request == nil)
    }

    @Test("a name that cannot be is explained", arguments: ["", "two words", "n\u{e4}me"])
    func badNames(line: String) {
        var person = Self.atDisks([Samples.target])
        person.type("")
        person.type(line)
        #expect(person.title == "name the host")
        #expect(person.complaint != nil)
    }

    @Test("refused: back at the last screen; finished: the report")
    func ends() {
        var person = Self.atDisks([Samples.target])
        person.type("")
        person.type("web01")
        person.type("yes")
        person.bring(.refused("/dev/sda is not there any more."))
        #expect(person.title == "ready to capture")
        person.type("yes")
        person.pressControlC()
        #expect(person.title == "stop the capture?")
        person.bring(.report(JobReport(.finished, ["Captured web01"])))
        #expect(person.title == "capture finished")
    }

    @Test("from the repository screen a place is mounted read-only and opened")
    func restorePlace() {
        var person = Operator()
        person.type("1")
        person.bring(.free)
        person.type("disk")
        #expect(person.request == .listPlaces)
        person.bring(.placesListed([Self.stick]))
        person.type("0")
        #expect(person.request == .mount(.fileSystem(Self.stick), writable: false))
        person.bring(.mounted("/run/r", hosts: ["web01"]))
        #expect(person.request == .openRepository("/run/r"))
        person.bring(.repositoryOpened([Samples.web01]))
        #expect(person.title == "choose the host")
        person.type("back")
        #expect(person.title == "choose the repository")
    }
}
