import LinuxSystem
import Registry
import RegistryTesting
import Testing

@Suite("Hives of Windows' registry")
struct RegistryTests {
    private static let path = ["ControlSet001", "Services", "stornvme"]

    private static var image: HiveImage {
        var image = HiveImage()
        image.root[["Select"]].set("Default", 1)
        image.root[path].set("Start", 3)
        image.root[path].set("ImagePath", #"System32\drivers\stornvme.sys"#)
        image.root[path].set("Group", ["SCSI Miniport", "second"])
        image.root[path].set("Blob", [1, 2, 3, 4, 5, 6])
        image.root[path + ["StartOverride"]].set("0", 3)
        for number in 0..<40 { image.root[["ControlSet001", "Services", "service\(number)"]].set("Start", 2) }
        return image
    }

    /// What hivexregedit says of a hive: another reader of the same library, run as a program.
    private static func export(_ bytes: [UInt8], key: String) throws -> String {
        let name = try RunningSystem.randomBytes(6).map { String($0, radix: 16) }.joined()
        let path = "/var/tmp/lifeboat-test-\(name).hive"
        defer { _ = try? Files.remove(path) }
        try Files.write(bytes, to: path)
        let result = try ChildProcess.run(["hivexregedit", "--export", path, key])
        #expect(result.status.isSuccess, "\(result.errorText)")
        return String(decoding: result.output, as: UTF8.self)
    }

    @Test("keys and values are found whatever the case of their letters")
    func reads() throws {
        let hive = try RegistryHive(Self.image.bytes, name: "SYSTEM")
        let key = try #require(try hive.key(["controlset001", "SERVICES", "StorNVMe"]))
        #expect(try hive.value("start", of: key)?.number == 3)
        #expect(try hive.value("ImagePath", of: key)?.text == #"System32\drivers\stornvme.sys"#)
        #expect(try hive.value("Group", of: key)?.list == ["SCSI Miniport", "second"])
        #expect(try hive.value("Blob", of: key)?.bytes == [1, 2, 3, 4, 5, 6])
        #expect(try hive.value("Blob", of: key)?.number == nil)
        #expect(try hive.value("None", of: key) == nil)
        #expect(try hive.key(["ControlSet002"]) == nil)
        #expect(try hive.names(below: key) == ["StartOverride"])
        let services = try #require(try hive.key(["ControlSet001", "Services"]))
        #expect(try hive.names(below: services).count == 41)
    }

    @Test("an edit changes four bytes, and hivexregedit reads the new number and everything else as before")
    func edits() throws {
        let before = Self.image.bytes
        let hive = try RegistryHive(before, name: "SYSTEM")
        let edits = [
            try hive.edit("Start", of: Self.path, to: 0), try hive.edit("0", of: Self.path + ["StartOverride"], to: 0),
        ]
        var after = before
        for edit in edits {
            #expect(edit.bytes.count == 4)
            after.replaceSubrange(Int(edit.offset)..<Int(edit.offset) + 4, with: edit.bytes)
        }
        #expect(zip(before, after).filter { $0 != $1 }.count == 2)
        let old = try Self.export(before, key: #"\ControlSet001"#)
        let new = try Self.export(after, key: #"\ControlSet001"#)
        #expect(old.contains("\"Start\"=dword:00000003") && !new.contains("dword:00000003"))
        #expect(new == old.replacing("dword:00000003", with: "dword:00000000"))
    }

    @Test("what is no number is not edited", arguments: ["ImagePath", "Blob", "None"])
    func onlyNumbers(_ name: String) throws {
        let hive = try RegistryHive(Self.image.bytes, name: "SYSTEM")
        #expect(throws: RegistryError.self) { _ = try hive.edit(name, of: Self.path, to: 0) }
        #expect(throws: RegistryError.self) { _ = try hive.edit("Start", of: ["ControlSet009"], to: 0) }
    }

    @Test("a hive whose log has more than it is known by its sequence numbers")
    func dirty() throws {
        var image = Self.image
        #expect(try RegistryHive(image.bytes, name: "x").isDirty == false)
        image.isDirty = true
        #expect(try RegistryHive(image.bytes, name: "x").isDirty)
    }

    /// Only the rescue image has such a program; here it stands alone in an empty root. Without the conversion nothing is found.
    @Test("a static program reads names without glibc's modules", arguments: [true, false])
    func staticProgram(hasConversion: Bool) throws {
        let name = try RunningSystem.randomBytes(6).map { String($0, radix: 16) }.joined()
        let root = "/var/tmp/lifeboat-test-\(name)"
        try Files.makeDirectories(root)
        defer { _ = try? ChildProcess.run(["rm", "-rf", "--one-file-system", root]) }
        let source = """
            #include <hivex.h>
            int main(void) {
                hive_h *hive = hivex_open("/hive", 0);
                return !hive || !hivex_node_get_child(hive, hivex_root(hive), "controlset001");
            }
            """
        try Files.write(Array(source.utf8), to: "\(root)/main.c")
        try Files.write(Self.image.bytes, to: "\(root)/hive")
        let shim = "\(#filePath)".split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
        let conversion = hasConversion ? ["\(shim)/Sources/C/CLinuxShim/conversion.c"] : []
        let made = try ChildProcess.run(
            ["clang", "-static", "-o", "\(root)/reader", "\(root)/main.c"] + conversion + ["-lhivex"])
        try #require(made.status.isSuccess, "\(made.errorText)")
        #expect(try ChildProcess.run(["chroot", root, "/reader"]).status.isSuccess == hasConversion)
    }

    @Test("a hive cut off anywhere, or with a byte changed, is refused or read, and never traps")
    func damage() throws {
        let whole = Self.image.bytes
        for length in stride(from: 0, to: whole.count, by: 97) { Self.visit(Array(whole.prefix(length))) }
        var generator = Generator(state: 20_261_127)
        for _ in 0..<3_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                bytes[Int.random(in: 4_096..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            Self.visit(bytes)
        }
        for bytes in [[], [UInt8](repeating: 0, count: 8_192), Array(whole.prefix(4_096))] {
            #expect(throws: RegistryError.self) { _ = try RegistryHive(bytes, name: "x") }
        }
    }

    /// Reads what a step reads. What is refused is as good as what is read: the test is that it ends.
    private static func visit(_ bytes: [UInt8]) {
        guard let hive = try? RegistryHive(bytes, name: "x") else { return }
        for path in [["Select"], path, path + ["StartOverride"], ["ControlSet001", "Services"]] {
            guard let key = (try? hive.key(path)) ?? nil else { continue }
            _ = try? hive.names(below: key)
            for name in ["Default", "Start", "ImagePath", "Group", "Blob", "0"] {
                let value = (try? hive.value(name, of: key)) ?? nil
                _ = (value?.number, value?.text, value?.list)
                if let edit = try? hive.edit(name, of: path, to: 0) {
                    #expect(edit.offset + 4 <= UInt64(bytes.count))
                }
            }
        }
    }

    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }
}
