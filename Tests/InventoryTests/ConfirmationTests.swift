import Inventory
import Testing

@Suite("What must be typed before a disk is erased")
struct ConfirmationTests {
    static func disk(
        _ path: String, serial: String? = nil, wwn: String? = nil, model: String? = nil, size: UInt64 = 1000
    ) -> TargetIdentity {
        TargetIdentity(kind: .device, serial: serial, wwn: wwn, model: model, sizeInBytes: size, path: path)
    }

    let samsung = disk("/dev/nvme0n1", serial: "S5XYZNE0123456", wwn: "eui.0025385B71B0F1C2", model: "PM9A3")
    let twin = disk("/dev/nvme1n1", serial: "S5XYZNE9123456", wwn: "eui.0025385b71b0aaaa", model: "PM9A3")
    let old = disk("/dev/sda", serial: "WD-7", model: "WDC WD10")

    @Test(
        "serial and WWN, whole or at least six characters of their end, in any case",
        arguments: [
            ("S5XYZNE0123456", TargetIdentity.Match.yes), ("s5xyzne0123456", .yes), (" S5XYZNE0123456\n", .yes),
            ("123456", .yes), ("0123456", .yes), ("eui.0025385b71b0f1c2", .yes), ("0025385B71B0F1C2", .yes),
            ("B0F1C2", .yes), ("23456", .tooShort), ("6", .tooShort), ("f1c2", .tooShort), ("", .no), ("   ", .no),
            ("S5XYZNE", .no), ("/dev/nvme0n1", .no), ("PM9A3", .no), ("1000 PM9A3", .no), ("1000", .no), ("yes", .no),
        ])
    func names(typed: String, match: TargetIdentity.Match) {
        #expect(samsung.matches(confirmation: typed, among: [samsung, old]) == match)
    }

    @Test("a tail that two disks share is ambiguous and names the other; one more character is enough")
    func ambiguous() {
        let present = [samsung, twin, old]
        #expect(samsung.matches(confirmation: "123456", among: present) == .ambiguous([twin]))
        #expect(samsung.matches(confirmation: "0123456", among: present) == .yes)
        #expect(twin.matches(confirmation: "0123456", among: present) == .no)
        #expect(
            samsung.confirmationHint(among: present)
                == "type its serial \"S5XYZNE0123456\", or the last 7 characters \"0123456\" or more")
        #expect(samsung.confirmationHint(among: [samsung]).contains("last 6 characters \"123456\""))
    }

    @Test("a serial shorter than six characters must be typed whole")
    func shortSerial() {
        #expect(old.matches(confirmation: "wd-7", among: [samsung]) == .yes)
        #expect(old.matches(confirmation: "D-7", among: [samsung]) == .tooShort)
        #expect(old.confirmationHint(among: [samsung]) == "type its serial: \"WD-7\"")
    }

    @Test("two disks that show the same serial cannot be confirmed by it")
    func sameSerial() {
        let clone = Self.disk("/dev/sdb", serial: "WD-7")
        #expect(old.matches(confirmation: "WD-7", among: [old, clone]) == .ambiguous([clone]))
        #expect(old.confirmationHint(among: [old, clone]).contains("cannot be told apart"))
    }

    @Test("a serial that is the end of another's is proven by being typed whole")
    func serialInsideSerial() {
        let short = Self.disk("/dev/sdc", serial: "0123456")
        #expect(short.matches(confirmation: "0123456", among: [samsung, short]) == .yes)
        #expect(samsung.matches(confirmation: "0123456", among: [samsung, short]) == .ambiguous([short]))
    }

    @Test("an image file is confirmed by its path as given and by nothing else")
    func files() {
        let file = TargetIdentity(kind: .file, sizeInBytes: 1000, path: "./disk.img")
        #expect(file.matches(confirmation: "./disk.img", among: []) == .yes)
        for text in ["disk.img", "/work/disk.img", "./DISK.img", "1000", ""] {
            #expect(file.matches(confirmation: text, among: []) == .no)
        }
        #expect(file.confirmationHint(among: []) == "type its path as given: \"./disk.img\"")
    }

    @Test("a device without serial is confirmed by size and model, and among equals by its path too")
    func withoutSerial() {
        let plain = Self.disk("/dev/vda", model: "Virtual  Disk", size: 2048)
        #expect(plain.matches(confirmation: "2048 virtual disk", among: [samsung]) == .yes)
        #expect(plain.matches(confirmation: "2048", among: []) == .no)
        #expect(plain.matches(confirmation: "Virtual Disk", among: []) == .no)
        let other = Self.disk("/dev/vdb", model: "Virtual Disk", size: 2048)
        #expect(plain.matches(confirmation: "2048 Virtual Disk", among: [plain, other]) == .ambiguous([other]))
        #expect(plain.matches(confirmation: "2048 Virtual Disk /dev/vda", among: [plain, other]) == .yes)
        #expect(plain.matches(confirmation: "2048 Virtual Disk /dev/vdb", among: [plain, other]) == .no)
        let loop = Self.disk("/dev/loop3", size: 4096)
        #expect(loop.matches(confirmation: "4096", among: [plain]) == .yes)
        #expect(loop.confirmationHint(among: [plain]) == "type its size in bytes: \"4096\"")
        #expect(
            plain.confirmationHint(among: [other])
                == "type its size in bytes and model and path: \"2048 Virtual  Disk /dev/vda\"")
    }

    @Test("every hint is accepted when it is followed")
    func hintsWork() throws {
        let present = [
            samsung, twin, old, Self.disk("/dev/vda", size: 7), Self.disk("/dev/vdb", size: 7),
            Self.disk("/dev/vdc", model: "M", size: 7), Self.disk("/dev/sdq", wwn: "naa.5000c500a1b2c3d4"),
        ]
        for disk in present {
            let hint = disk.confirmationHint(among: present)
            let quoted = hint.split(separator: "\"").enumerated().filter { $0.offset % 2 == 1 }.map {
                String($0.element)
            }
            #expect(!quoted.isEmpty)
            for text in quoted { #expect(disk.matches(confirmation: text, among: present) == .yes, "\(hint)") }
        }
    }

    @Test("each target needs a confirmation of its own, in any order")
    func several() {
        let present = [samsung, old]
        func missing(_ texts: [String]) -> [String] {
            TargetIdentity.unconfirmed(present, by: texts, among: present).map(\.target.path)
        }
        #expect(missing(["WD-7", "0123456"]).isEmpty)
        #expect(missing(["0123456"]) == ["/dev/sda"])
        #expect(missing([]) == ["/dev/nvme0n1", "/dev/sda"])
        #expect(
            TargetIdentity.unconfirmed([samsung], by: ["nonsense", "3456"], among: present).first?.match == .tooShort)
    }
}
