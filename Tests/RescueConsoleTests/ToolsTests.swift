import BlockDevices
import Inventory
import RescueConsole
import Testing

@Suite("Tools")
struct ToolsTests {
    @Test(
        "a number asks for what it says",
        arguments: [
            ("1", ConsoleRequest.shell), ("2", .diskOverview), ("3", .listPlacesToSave), ("4", .clockStatus),
            ("5", .testConnection(Samples.address, host: nil)), ("6", .lookForOtherConsole(.job(.comparison))),
        ])
    func choices(line: String, request: ConsoleRequest) {
        var person = Operator.atTools()
        person.type(line)
        #expect(person.request == request)
    }

    @Test("anything else is explained and asked again", arguments: ["0", "9", "x", "-1"])
    func nonsense(line: String) {
        var person = Operator.atTools()
        person.type(line)
        #expect(person.complaint != nil && person.title == "tools" && person.request == nil)
    }

    @Test("the tools come back after the shell")
    func shell() {
        var person = Operator.atTools()
        person.type("1")
        person.bring(.done)
        #expect(person.screen?.title == "tools")
        person.type("back")
        #expect(person.title == "main menu")
    }

    @Test("the steps of the test are said as they come, then what fails, and the tools come back")
    func test() {
        var person = Operator.atTools()
        person.type("5")
        person.bring(.step("Name      found (3 ms)"))
        #expect(person.said == ["Name      found (3 ms)"] && person.screen == nil)
        person.bring(.failed("no token"))
        #expect(person.complaint == "! no token" && person.title == "tools")
        person.type("5")
        person.bring(.done)
        #expect(person.screen?.title == "tools")
        person = Operator(RescueConfiguration(console: "tty1"))
        person.type("4")
        person.type("5")
        #expect(person.complaint?.hasPrefix("! No repository is known") == true && person.request == nil)
    }

    @Test("what a long look is doing is said when it changes, and every ten seconds")
    func steps() {
        var lines = StepLines()
        #expect(lines.line("Copying files: 1 of 9 MiB", seconds: 100) == "... Copying files: 1 of 9 MiB")
        #expect(lines.line("Copying files: 2 of 9 MiB", seconds: 109) == nil)
        #expect(lines.line("Copying files: 3 of 9 MiB", seconds: 110) == "... Copying files: 3 of 9 MiB")
        #expect(lines.line("Comparing files: 1 of 2", seconds: 111) == "... Comparing files: 1 of 2")
        #expect(lines.line("Checking the new one", seconds: 111) == "... Checking the new one")
    }

    private static let installed = DiskContents(
        table: .init(kind: "gpt", identifier: nil),
        partitions: [
            .init(
                number: 1, startInBytes: 1 << 20, sizeInBytes: 512 << 20, type: "", name: "ESP",
                signatures: .one(Superblock(type: "vfat", usage: .filesystem))),
            .init(
                number: 2, startInBytes: 513 << 20, sizeInBytes: 40 << 30, type: "",
                signatures: .one(Superblock(type: "LVM2_member", usage: .raid))),
        ])

    @Test("the disks are shown with their partitions, what is on them and who uses them")
    func overview() throws {
        var use = DiskUse()
        use.holders = ["vg0-root (dm-0)"]
        use.mounts = [.init(devicePath: "/dev/dm-0", mountPoint: "/mnt")]
        var person = Operator.atTools()
        person.type("2")
        person.bring(
            .overview([
                DiskOverview(Samples.disk("/dev/sda", serial: "S1", contents: Self.installed), uses: [2: use]),
                DiskOverview(Samples.disk("/dev/sdb", serial: "S2", roles: [.rescueMedium])),
            ]))
        let lines = try #require(person.screen).lines
        #expect(lines.contains("0  /dev/sda  48.0 GiB  sata  QEMU HARDDISK  serial S1"))
        #expect(lines.contains("     1  ESP  512.0 MiB  vfat"))
        #expect(lines.contains("     2  40.0 GiB  LVM2_member; mounted at /mnt, held by vg0-root (dm-0)"))
        #expect(lines.contains("     it is the rescue medium") && lines.contains("     empty"))
        person.type("d 1")
        #expect(person.said.contains { $0.contains("serial S2") } && person.title == "disks of this machine")
        person.type("d 2")
        #expect(person.complaint?.contains("no disk \"2\"") == true)
        person.type("r")
        #expect(person.request == .diskOverview)
        person.bring(.overview([]))
        #expect(person.screen?.lines.first == "This machine has no disks that Linux can see.")
        person.type("")
        #expect(person.title == "tools")
    }

    @Test("many disks come on pages that fit 24 lines")
    func pages() throws {
        var person = Operator.atTools()
        person.type("2")
        person.bring(
            .overview(
                (0..<40).map { DiskOverview(Samples.disk("/dev/sd\($0)", serial: "S\($0)", contents: Self.installed)) })
        )
        #expect(try #require(person.screen).lines.count <= 22)
        person.type("n")
        #expect(person.complaint == nil && person.screen?.lines.contains { $0.hasPrefix("6  /dev/sd6 ") } == true)
    }

    private static let stick = LocalFileSystem(
        path: "/dev/sdc1", kind: "vfat", label: "LOGS", uuid: "1", sizeInBytes: 1 << 30, disk: "/dev/sdc", serial: "S1")

    @Test("logs are saved to a file system that is chosen, named after the host, and the tools come back")
    func save() {
        var person = Operator.atTools()
        person.type("3")
        person.bring(.placesListed([Self.stick]))
        #expect(person.screen?.lines.first == "Where shall logs and reports be copied to?")
        person.type("r")
        #expect(person.request == .listPlacesToSave)
        person.bring(.placesListed([Self.stick]))
        person.type("0")
        #expect(person.request == .save(.fileSystem(Self.stick), host: nil))
        person.bring(.failed("it broke"))
        #expect(person.complaint == "! it broke" && person.title == "choose a disk or export")
        person.type("0")
        person.bring(.saved(["Saved 4 files."]))
        #expect(person.said.contains("Saved 4 files.") && person.title == "tools")
    }

    @Test("the file system that was chosen is known again on another name, and from copies of it on other disks")
    func sameFileSystem() {
        let stick = Self.stick
        var (renamed, copy, unnamed, otherUnnamed) = (stick, stick, stick, stick)
        renamed.path = "/dev/sdd1"
        #expect(stick.found(in: [renamed]) == renamed)
        copy.serial = "ANOTHER"
        #expect(stick.found(in: [copy, renamed]) == renamed)
        #expect(stick.found(in: [copy]) == nil)
        // Sticks without serial numbers.
        (unnamed.serial, otherUnnamed.serial, otherUnnamed.path) = (nil, nil, "/dev/sdb1")
        #expect(unnamed.found(in: [otherUnnamed, unnamed]) == unnamed)
        (renamed.serial, renamed.path) = (nil, "/dev/sde1")
        #expect(unnamed.found(in: [otherUnnamed, renamed]) == nil)
    }

    @Test("a report is saved from its own screen, which comes back, and other consoles stay attached")
    func saveReport() {
        var person = Operator.restoring()
        person.bring(.report(JobReport(.finished, ["web01: restored"])))
        person.type("s")
        #expect(person.request == .listPlacesToSave)
        person.bring(.placesListed([Self.stick]))
        #expect(person.session.isShared)
        person.type("0")
        #expect(person.request == .save(.fileSystem(Self.stick), host: "web01"))
        person.bring(.saved(["Saved 4 files."]))
        #expect(person.screen?.lines.contains("web01: restored") == true && person.title == "restore finished")
        person.type("s")
        person.bring(.placesListed([]))
        person.type("back")
        #expect(person.title == "restore finished")
        person.type("")
        #expect(person.title == "main menu" && !person.session.isShared)
    }

    @Test("a name on every file system, sorted by time")
    func names() {
        #expect(
            SavedLogs.directoryName(host: "web01.example", time: Samples.now)
                == "lifeboat-20261122-180000-web01.example")
        #expect(SavedLogs.directoryName(host: "a/b ü", time: Samples.now) == "lifeboat-20261122-180000-a_b__")
        #expect(SavedLogs.directoryName(host: nil, time: Samples.now) == "lifeboat-20261122-180000-machine")
    }

    @Test(
        "secrets stay behind",
        arguments: [
            (
                "quiet lifeboat.token=lbt_1_x rw lifeboat.token=y",
                "quiet lifeboat.token=(hidden) rw lifeboat.token=(hidden)"
            ),
            ("proxy http://user:pw@192.0.2.9:3128", "proxy http://(hidden)@192.0.2.9:3128"),
            ("\"https://a:b@c/d@e\"", "\"https://(hidden)@c/d@e\""),
            ("http://192.0.2.9/a@b ://", "http://192.0.2.9/a@b ://"),
            ("", ""),
        ])
    func secrets(text: String, kept: String) { #expect(SavedLogs.redacted(text) == kept) }

    @Test("a disk in use is compared with a moment without a plan and without a confirmation, and nothing else follows")
    func compare() throws {
        var use = DiskUse()
        use.holders = ["vg0-root (dm-0)"]
        let running = Samples.disk("/dev/sda", serial: "S1", contents: Self.installed, use: use)
        let small = Samples.disk("/dev/sdb", serial: "S2", gibibytes: 1)
        var person = Operator.comparing(targets: [running, small])
        let lines = try #require(person.screen).lines
        #expect(lines.contains("  0=0  the only disk that is large enough"))
        #expect(lines.contains { $0.contains("NOTHING IS WRITTEN") } && !lines.contains { $0.contains("NO TARGET") })
        person.type("0=-")
        #expect(person.complaint == "! Every disk is left out: nothing to compare.")
        person.type("")
        guard case .compare(let selection) = person.request else { throw Unexpected() }
        #expect(selection.mapping.map(\.target.path) == ["/dev/sda"] && person.title == "comparing")
        person.pressControlC()
        #expect(person.title == "stop the comparison?")
        person.type("no")
        person.bring(.refused("/dev/sda is in use."))
        #expect(person.complaint == "! /dev/sda is in use." && person.request == .listDisks(selection))
        person.bring(.disksListed(sources: [Samples.source(0)], targets: [running, small]))
        person.type("0=1")
        person.bring(.report(JobReport(.finished, ["THE SAME"])))
        #expect(person.title == "comparison finished")
        person.type("")
        // What comes next is a restore again.
        person.type("1")
        person.bring(.free)
        person.type("")
        person.bring(.repositoryOpened([Samples.web01]))
        person.type("1")
        person.bring(.timelineLoaded(Samples.moments(3)))
        person.type("latest")
        person.bring(.disksListed(sources: [Samples.source(0)], targets: [running]))
        person.type("0=0")
        #expect(person.complaint?.contains("cannot be a target") == true)
    }

    @Test("where several disks could be it none is proposed")
    func comparedWithWhich() {
        let person = Operator.comparing(targets: [Samples.target, Samples.second])
        #expect(person.screen?.lines.contains { $0.hasPrefix("  0=?  several could be it") } == true)
    }

    private struct Unexpected: Error {}
}
