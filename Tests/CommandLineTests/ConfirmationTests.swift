import ProgramHarness
import Testing

/// Nothing is erased that was not named by its identity.
@Suite struct ConfirmationTests {
    /// A loop device that shows itself with a serial, WWN or model, as `machine` runs the program.
    private struct Device {
        let path: String
        let size: Int
        let file: String

        init(_ scratch: Scratch, _ file: String, size: Int, _ attributes: [String: String]) throws {
            self.file = file
            self.size = size
            try Disk.write([UInt8](repeating: 0xA5, count: size), to: scratch(file))
            path = try scratch.loop(file)
            let name = path.split(separator: "/").last ?? ""
            for (attribute, value) in attributes {
                try scratch.sh(
                    "mkdir -p $(dirname sys/\(name)/\(attribute)); echo '\(value)' > sys/\(name)/\(attribute)")
            }
        }
    }

    private func restore(_ scratch: Scratch, _ device: Device, confirm: [String]) throws -> Outcome {
        let sample = try Sample.get()
        let words = confirm.map { "--confirm '\($0)'" }.joined(separator: " ")
        try Disk.write([UInt8](repeating: 0xA5, count: 4096), to: scratch(device.file))
        let said = try scratch.sh(
            """
            mkdir -p sys; status=0
            machine \(Program.path) restore web01 --repository '\(sample.repository)' --disk 0=\(device.path) \(words) \
                --json --quiet > .out 2> .err || status=$?
            echo $status
            """)
        return Outcome(
            commandLine: "restore \(words)", status: Int32(said) ?? -1, output: try scratch.sh("cat .out"),
            errors: try scratch.sh("cat .err"))
    }

    @Test("a device with serial or WWN is confirmed by it or by its unambiguous end, and by nothing else")
    func serial() throws {
        let scratch = try Scratch()
        let names = ["serial": "S5XYZ0123456789", "wwid": "naa.5000c500a1b2c3d4", "device/model": "Samsung PM9A3"]
        let device = try Device(scratch, "disk", size: (27 << 20) + 512, names)
        let before = try scratch.read("disk")
        let wrong = [
            "", "456780", "S5XYZ0123456788", "S5XYZ0", "56789", "9", "b2c3d5", device.path, "\(device.size)", "0",
            "disk",
        ]
        for typed in wrong {
            let outcome = try restore(scratch, device, confirm: [typed])
            #expect(outcome.status == 3, "\(outcome)")
            for word in ["Nothing was written.", "S5XYZ0123456789", device.path] {
                #expect(outcome.errors.contains(word), "\(word): \(outcome)")
            }
        }
        let short = try restore(scratch, device, confirm: ["56789"])
        #expect(short.errors.contains("too short"), "\(short)")
        #expect(try restore(scratch, device, confirm: []).errors.contains("not confirmed"))
        #expect(try scratch.read("disk") == before)
        for typed in ["S5XYZ0123456789", "456789", "s5xyz0123456789", "0x5000c500a1b2c3d4", "b2c3d4"] {
            let outcome = try restore(scratch, device, confirm: [typed])
            #expect(outcome.status == 0, "\(outcome)")
            #expect(try outcome.json()["disks"][0]["serial"].text == "S5XYZ0123456789")
        }
    }

    @Test("an end that fits two disks is ambiguous and both are named; more of it is not")
    func ambiguous() throws {
        let scratch = try Scratch()
        let device = try Device(scratch, "disk", size: (27 << 20) + 1024, ["serial": "AAAA-0000123456"])
        let other = try Device(scratch, "other", size: 4096, ["serial": "BBBB-0000123456"])
        let outcome = try restore(scratch, device, confirm: ["123456"])
        #expect(outcome.status == 3, "\(outcome)")
        #expect(outcome.errors.contains(other.path) && outcome.errors.contains("Nothing was written."), "\(outcome)")
        #expect(try restore(scratch, device, confirm: ["BBBB-0000123456"]).status == 3)
        #expect(try restore(scratch, device, confirm: ["A-0000123456"]).status == 0)
    }

    @Test("two disks with one serial cannot be told apart by it")
    func twins() throws {
        let scratch = try Scratch()
        let device = try Device(scratch, "disk", size: (27 << 20) + 2048, ["serial": "0123456789"])
        _ = try Device(scratch, "other", size: 4096, ["serial": "0123456789"])
        let outcome = try restore(scratch, device, confirm: ["0123456789"])
        #expect(outcome.status == 3 && outcome.errors.contains("Nothing was written."), "\(outcome)")
    }

    @Test(
        "a device without serial is confirmed by its size in bytes and model, and where that fits two by its path too")
    func sizeAndModel() throws {
        let scratch = try Scratch()
        let size = (27 << 20) + 2560
        let device = try Device(scratch, "disk", size: size, ["device/model": "QEMU HARDDISK"])
        for typed in ["\(size)", "QEMU HARDDISK", "\(size - 512) QEMU HARDDISK", device.path] {
            #expect(try restore(scratch, device, confirm: [typed]).status == 3, "\(typed)")
        }
        #expect(try restore(scratch, device, confirm: ["\(size) QEMU HARDDISK"]).status == 0)
        _ = try Device(scratch, "other", size: size, ["device/model": "QEMU HARDDISK"])
        let outcome = try restore(scratch, device, confirm: ["\(size) QEMU HARDDISK"])
        #expect(outcome.status == 3 && outcome.errors.contains("\(size) QEMU HARDDISK \(device.path)"), "\(outcome)")
        #expect(try restore(scratch, device, confirm: ["\(size) QEMU HARDDISK \(device.path)"]).status == 0)
    }

    @Test("an image file is confirmed by its path as given, and each target needs its own")
    func image() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("disk", bytes: 26 << 20, in: scratch)
        let before = try scratch.read("disk")
        for typed in ["./disk", scratch("disk"), "dis", "isk", "\(26 << 20)", ""] {
            let outcome = try scratch.restore(from: sample.repository, to: "disk", confirm: typed)
            #expect(outcome.status == 3 && outcome.errors.contains("Nothing was written."), "\(outcome)")
        }
        #expect(try scratch.read("disk") == before)
        #expect(try scratch.restore(from: sample.repository, to: scratch("disk")).status == 0)

        let repository = try scratch.newRepository()
        for number in 0..<2 {
            try Disk.write(Disk.random(1 << 20, seed: UInt64(number + 1)), to: scratch("d\(number)"))
        }
        try scratch.capture("d0", "d1", to: repository)
        let words = [
            "restore", "web01", "--repository", repository, "--disk", "0=a", "--disk", "1=b", "--confirm", "a",
        ]
        let outcome = try scratch.lifeboat(words + ["--confirm", "a"])
        #expect(outcome.status == 3 && outcome.errors.contains("b"), "\(outcome)")
        #expect(try scratch.sh("ls a b 2>/dev/null || true") == "")
    }

    @Test("what --dry-run says must be typed is what is taken, and a dry run writes nothing")
    func dryRun() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("disk", bytes: (27 << 20) + 3072, in: scratch)
        let loop = try scratch.loop("disk")
        let before = try scratch.read("disk")
        let words = ["restore", "web01", "--repository", sample.repository, "--disk", "0=\(loop)"]
        let plan = try scratch.lifeboat(words + ["--dry-run", "--json"]).expecting(0).json()
        #expect(try scratch.read("disk") == before)
        let hint = try #require(plan["disks"][0]["target"]["confirmation"].text)
        let typed = try #require(hint.split(separator: "\"").dropFirst().first.map(String.init))
        #expect(try scratch.lifeboat(words + ["--confirm", typed]).status == 0)
        let text = try scratch.lifeboat(words + ["--dry-run"]).expecting(0).output
        for word in [loop, "ERASES", hint, "Dry run: nothing was written."] { #expect(text.contains(word), "\(text)") }
        #expect(
            try scratch.lifeboat([
                "restore", "web01", "--repository", sample.repository, "--disk", "0=new", "--dry-run",
            ]).status == 0)
        #expect(try scratch.sh("ls new 2>/dev/null || true") == "")
    }
}
