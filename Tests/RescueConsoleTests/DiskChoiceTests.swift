import BlockDevices
import Inventory
import RescueConsole
import Testing

@Suite("Choosing the disks")
struct DiskChoiceTests {
    private func mapping(_ person: Operator) -> [String]? {
        guard case .preparePlan(let selection) = person.request else { return nil }
        return selection.mapping.map { "\($0.source)=\($0.target.path)" }
    }

    @Test("a disk that is not empty is taken only when it is named, and the plan says what happens to each")
    func notEmpty() {
        let photos = DiskContents(signatures: .one(Superblock(type: "ext4", usage: .filesystem, label: "photos")))
        let targets = [Samples.disk("/dev/sda", serial: "PHOTOS-1", contents: photos)]
        var person = Operator.atDisks(targets: targets + [Samples.disk("/dev/sdb", serial: "SMALL-1", gibibytes: 1)])
        // However its lines are wrapped.
        let text = (person.screen?.lines ?? []).joined(separator: " ").split(separator: " ").joined(separator: " ")
        #expect(text.contains("Possible (FROM=TO):") && !text.contains("Enter takes"))
        #expect(text.contains("IT IS ERASED if you type 0=0"))
        person.type("")
        #expect(person.request == nil && person.complaint?.contains("is not empty (ext4 'photos')") == true)
        person.type("0=0")
        guard case .preparePlan = person.request else {
            Issue.record("no plan is asked for")
            return
        }
        person.bring(.planReady(["Restore of web01"]))
        let plan = person.screen?.lines ?? []
        #expect(plan.contains("ERASED: /dev/sda (QEMU HARDDISK, PHOTOS-1), ext4 'photos'"))
        #expect(plan.contains("NOT TOUCHED: /dev/sdb (empty)"))
        person.type("")
        #expect(person.complaint?.contains("yes, grow, exact, keep") == true)
    }

    @Test("help says what can be typed, and where a serial is asked for it is none")
    func help() {
        var person = Operator.atDisks(targets: [Samples.target])
        for word in ["help", "?"] {
            person.type(word)
            #expect(person.said.first?.hasPrefix("Type what the last lines") == true)
            #expect(person.title == "choose the disks")
        }
        person = .atConfirmation()
        person.type("help")
        #expect(person.complaint != nil && person.title == "confirm what is erased")
        person.type("\"TARGET-123456\"")
        guard case .restore = person.request else {
            Issue.record("quotation marks around the serial were not taken")
            return
        }
    }

    @Test(
        "Enter takes the proposal; pairs replace it for the disks they name",
        arguments: [
            ("", ["0=/dev/sda", "1=/dev/sdb"]),
            ("0=1 1=0", ["0=/dev/sdb", "1=/dev/sda"]),
            ("0=1, 1=-", ["0=/dev/sdb"]),
            ("1=-", ["0=/dev/sda"]),
            ("0=-", ["1=/dev/sdb"]),
        ])
    func mappings(line: String, expected: [String]) {
        var person = Operator.atDisks(sources: 2, targets: [Samples.target, Samples.second])
        person.type(line)
        #expect(mapping(person) == expected)
    }

    @Test(
        "fit before the pairs, or alone before the proposal, asks for smaller partitions",
        arguments: [
            ("fit 0=1 1=0", ["0=/dev/sdb", "1=/dev/sda"], true), ("FIT", ["0=/dev/sda", "1=/dev/sdb"], true),
            ("0=1 1=0", ["0=/dev/sdb", "1=/dev/sda"], false),
        ])
    func fit(line: String, expected: [String], fits: Bool) {
        var person = Operator.atDisks(sources: 2, targets: [Samples.target, Samples.second])
        person.type(line)
        #expect(mapping(person) == expected)
        guard case .preparePlan(let selection) = person.request else { return }
        #expect(selection.fits == fits)
    }

    @Test("combine lets disks share a target, which is confirmed once and named with both")
    func combine() {
        var person = Operator.atDisks(sources: 2, targets: [Samples.target, Samples.second])
        person.type("combine 0=1 1=1")
        #expect(mapping(person) == ["0=/dev/sdb", "1=/dev/sdb"])
        guard case .preparePlan(let selection) = person.request else { return }
        #expect(selection.combines && !selection.fits)
        person.bring(.planReady(["Restore of web01"]))
        person.type("yes")
        #expect(person.screen?.lines.first?.hasPrefix("Target 1 of 1, for disks 0 and 1 of web01") == true)
        person.type("654321")
        guard case .restore(_, let confirmations) = person.request else {
            Issue.record("one confirmation was not enough")
            return
        }
        #expect(confirmations == ["654321"])
    }

    @Test("split gives a disk several targets, each of which is confirmed; without it that is a mistake")
    func split() {
        var person = Operator.atDisks(sources: 1, targets: [Samples.target, Samples.second])
        for (line, words) in [
            ("0=0 0=1", "split before it"), ("split 0=1", "several targets"), ("split 0=0 0=0", "named twice"),
            ("split 0=0 0=-", "split before it"),
        ] {
            person.type(line)
            #expect(person.said.joined(separator: " ").contains(words), "\(line): \(person.said)")
        }
        person.type("help")
        #expect(person.said.joined(separator: " ").contains("split 0=1 0=2 divides disk 0"))
        person.type("split 0=1 0=0")
        #expect(mapping(person) == ["0=/dev/sdb", "0=/dev/sda"])
        guard case .preparePlan(let selection) = person.request else { return }
        #expect(selection.splits && !selection.fits)
        person.bring(.planReady(["Restore of web01"]))
        person.type("yes")
        #expect(person.screen?.lines.first?.hasPrefix("Target 1 of 2, for disk 0 of web01") == true)
    }

    @Test("a disk that several paths lead to is one line, with their number")
    func paths() {
        var disk = Samples.target
        disk.otherPaths = ["/dev/sdc", "/dev/sdd", "/dev/sde"]
        let person = Operator.atDisks(sources: 1, targets: [disk])
        let lines = person.screen?.lines ?? []
        #expect(lines.filter { $0.contains("/dev/sd") && $0.contains("(4 paths)") }.count == 1, "\(lines)")
        #expect(!lines.contains { $0.contains("/dev/sdc") })
    }

    @Test(
        "a mapping that cannot be is explained",
        arguments: [
            ("0=1", "cannot both go to /dev/sdb"), ("0=0 0=1", "named twice"), ("2=0", "no disk 2"),
            ("0=2", "no disk \"2\""),
            ("0", "not of the form"), ("a=b", "not of the form"), ("0=-1", "no disk \"-1\""),
            ("0=- 1=-", "nothing to restore"), ("/dev/sda", "not of the form"),
        ])
    func nonsense(line: String, words: String) {
        var person = Operator.atDisks(sources: 2, targets: [Samples.target, Samples.second])
        person.type(line)
        #expect(person.said.joined(separator: " ").contains(words), "\(person.said)")
        #expect(person.request == nil)
        #expect(person.title == "choose the disks")
    }

    @Test("a disk in use, with the repository or the rescue medium is neither proposed nor taken")
    func obstacles() {
        var use = DiskUse()
        use.holders = ["vg0-root (dm-0)"]
        let targets = [
            Samples.disk("/dev/sda", serial: "A00001", use: use),
            Samples.disk("/dev/sdb", serial: "B00001", roles: [.repository]),
            Samples.disk("/dev/sdc", serial: "C00001", roles: [.rescueMedium]),
        ]
        for (number, words) in [(0, "in use"), (1, "repository"), (2, "rescue medium")] {
            var person = Operator.atDisks(targets: targets)
            person.type("")
            #expect(person.complaint?.contains("has no target") == true)
            person.type("0=\(number)")
            #expect(person.said.joined(separator: " ").contains(words))
            #expect(person.request == nil)
        }
    }

    @Test("no disks: the screen says why it may be, and looks again")
    func none() {
        var person = Operator.atDisks(targets: [])
        let text = person.screen?.rendered ?? ""
        #expect(text.contains("no disks") && text.contains("RAID controller") && text.contains("driver"))
        person.type("")
        #expect(person.request == nil)
        person.type("r")
        guard case .listDisks = person.request else {
            Issue.record("asked for \(String(describing: person.request))")
            return
        }
        person.bring(.disksListed(sources: [Samples.source(0)], targets: [Samples.target]))
        person.type("")
        #expect(mapping(person) == ["0=/dev/sda"])
    }

    @Test("many disks: one line each, twelve a page, described one by one")
    func many() {
        let targets = (0..<30).map { Samples.disk("/dev/sd\($0)", serial: "SERIAL-0000\($0)") }
        var person = Operator.atDisks(targets: targets)
        func shown() -> [Int] {
            (0..<30).filter { number in person.screen?.lines.contains { $0.hasPrefix("  \(number)  /dev/") } == true }
        }
        #expect(shown() == Array(0..<12))
        #expect((person.screen?.rendered.split(separator: "\n").count ?? 99) <= 24)
        person.type("n")
        person.type("n")
        #expect(shown() == Array(24..<30))
        person.type("n")
        #expect(person.complaint != nil)
        person.type("d 29")
        #expect(person.said.contains { $0.contains("SERIAL-000029") })
        #expect(person.said.contains { $0.contains("51539607552 bytes") })
        person.type("d 30")
        #expect(person.complaint != nil)
        person.type("0=29")
        #expect(mapping(person) == ["0=/dev/sd29"])
    }

    @Test("a refused plan is explained and leads back to the disks")
    func refused() {
        var person = Operator.atDisks(targets: [Samples.target])
        person.type("")
        person.bring(.refused("Cannot restore to /dev/sda: it holds 1 bytes. Nothing was written."))
        #expect(person.complaint?.contains("Cannot restore") == true)
        #expect(person.title == "choose the disks")
    }

    @Test("the screen shows what tells disks apart and what is on them")
    func details() {
        let text = Operator.atDisks(targets: [Samples.target]).screen?.rendered ?? ""
        for words in [
            "/dev/sda", "QEMU HARDDISK", "TARGET-123456", "51539607552 bytes", "sata", "512-byte", "now: empty",
        ] {
            #expect(text.contains(words), "\(words)")
        }
        for words in ["was Samsung PM9A3, OLD000", "42949672960 bytes", "0=0  the smallest empty disk"] {
            #expect(text.contains(words), "\(words)")
        }
    }

    @Test("d and s describe a disk of this machine and of the moment: health, names, partitions")
    func described() {
        var target = Samples.target
        target.health = DiskHealth(isFailing: false, details: ["2 % of its life used"])
        target.contents = DiskContents(
            table: .init(kind: "gpt", identifier: nil),
            partitions: [
                DiskContents.Partition(
                    number: 2, startInBytes: 0, sizeInBytes: Samples.gibibyte, type: "", name: "root",
                    signatures: .one(Superblock(type: "crypto_LUKS", usage: .crypto, label: "safe")))
            ])
        var person = Operator.atDisks(targets: [target])
        person.type("d 0")
        #expect(person.said.contains("     SMART: good: 2 % of its life used"))
        #expect(person.said.contains("     2  root  1.0 GiB  crypto_LUKS 'safe'"))
        #expect(person.title == "choose the disks")
        person.type("s 0")
        #expect(person.said.contains("     serial OLD000, 512-byte sectors"))
        for line in ["d 1", "s 7", "d x"] {
            person.type(line)
            #expect(person.complaint != nil && person.request == nil, "\(line)")
        }
    }

    @Test("a disk that is failing, or looks like a repository, says so in the list")
    func precious() {
        var failing = Samples.target
        failing.health = DiskHealth(isFailing: true, details: ["its reliability is degraded"])
        var person = Operator.atDisks(targets: [failing])
        #expect(person.screen?.lines.contains("     SMART: FAILING: its reliability is degraded") == true)
        person.type("")
        #expect(person.request == nil && person.complaint?.contains("no target") == true)
        person.type("0=0")
        #expect(mapping(person) == ["0=/dev/sda"], "it can be named")
        let label = Superblock(type: "xfs", usage: .filesystem, label: "lifeboat")
        person = Operator.atDisks(
            targets: [Samples.disk("/dev/sdc", serial: "USB-777777", contents: DiskContents(signatures: .one(label)))])
        #expect(person.screen?.lines.contains { $0.contains("LOOKS LIKE A REPOSITORY OR BACKUP") } == true)
    }

    @Test("where there is no target, the reasons are said")
    func absence() {
        let reasons = ["The RAID controller of Broadcom/LSI (PCI 1000:005d at 0000:02:00.0) has NO DRIVER here."]
        for targets in [[], [Samples.disk("/dev/sdb", serial: "STICK-1", roles: [.rescueMedium])]] {
            var person = Operator.atMoments()
            person.type("latest")
            person.bring(.disksListed(sources: [Samples.source(0)], targets: targets, absence: reasons))
            let text = person.screen?.lines.joined(separator: " ") ?? ""
            let words = targets.isEmpty ? "has no disks that Linux can see" : "None of these can be a target."
            #expect(text.contains(words))
            #expect(text.contains("- The RAID controller of Broadcom/LSI"))
        }
        #expect(Operator.atDisks(targets: []).screen?.lines.joined().contains("dmesg") == true)
    }

    @Test("a disk is found again by what it is, not by its name")
    func chosenDisk() {
        let moved = Samples.disk("/dev/sdz", serial: "TARGET-123456")
        #expect(ChosenDisk.find(Samples.target, among: [Samples.second, moved]) == .same(moved))
        let other = Samples.disk("/dev/sda", serial: "TARGET-999999")
        guard case .lost(let why) = ChosenDisk.find(Samples.target, among: [other]) else {
            Issue.record("took another disk of the same name")
            return
        }
        #expect(why.contains("another disk now") && why.contains("Nothing was written"))
        let grown = Samples.disk("/dev/sda", serial: "TARGET-123456", gibibytes: 49)
        #expect(ChosenDisk.find(Samples.target, among: [grown]) != .same(grown))
        #expect(ChosenDisk.find(Samples.target, among: []) != .same(Samples.target))
        let twin = Samples.disk("/dev/sdy", serial: "TARGET-123456")
        guard case .lost = ChosenDisk.find(Samples.target, among: [Samples.target, twin]) else {
            Issue.record("took one of two that cannot be told apart")
            return
        }
    }

    @Test("a disk without serial and WWN must keep its name, model and size")
    func anonymousDisk() {
        let disk = Samples.disk("/dev/vda", serial: nil)
        #expect(ChosenDisk.find(disk, among: [disk]) == .same(disk))
        let moved = Samples.disk("/dev/vdb", serial: nil)
        #expect(ChosenDisk.find(disk, among: [moved]) != .same(moved))
        let named = Samples.disk("/dev/vda", serial: "NEW")
        #expect(ChosenDisk.find(disk, among: [named]) != .same(named))
    }
}
