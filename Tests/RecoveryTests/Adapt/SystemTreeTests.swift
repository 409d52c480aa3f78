import LinuxSystem
import Recovery
import Testing

/// A restored system's paths never lead out of it.
@Suite("Files of a restored system")
struct SystemTreeTests {
    @Test("links that lead out stay inside; a write goes where the system itself would find it")
    func links() throws {
        let scratch = try ScratchDirectory()
        let secret = scratch["secret"]
        try Files.write(Array("outside".utf8), to: secret)
        try Files.makeDirectories(scratch["root/etc"])
        try Files.makeDirectories(scratch["root/run"])
        try Files.makeLink(scratch["root/etc/absolute"], to: secret)
        try Files.makeLink(scratch["root/etc/relative"], to: "../../secret")
        try Files.makeLink(scratch["root/etc/resolv.conf"], to: "/run/resolv.conf")
        let tree = SystemTree(root: scratch["root"])
        #expect(try tree.contents(of: "/etc/absolute") == nil)
        #expect(try tree.contents(of: "/etc/relative") == nil)
        #expect(try tree.contents(of: "/../secret") == nil)
        try Files.write([1], to: scratch["root/run/resolv.conf"])
        try tree.write([2], to: "/etc/resolv.conf")
        #expect(try Files.contents(of: scratch["root/run/resolv.conf"]) == [2])
        #expect(try Files.contents(of: secret) == Array("outside".utf8))
    }

    @Test(
        "a file that is replaced keeps its mode; a new one gets directories above it; removing says whether there was one"
    )
    func writing() throws {
        let scratch = try ScratchDirectory()
        try Files.makeDirectories(scratch["root/etc"])
        try Files.write([1], to: scratch["root/etc/shadow"], mode: 0o600)
        let tree = SystemTree(root: scratch["root"])
        try tree.write([2], to: "/etc/shadow", mode: 0o644)
        let mode = try ChildProcess.run(["stat", "-c", "%a", scratch["root/etc/shadow"]])
        #expect(String(decoding: mode.output, as: UTF8.self) == "600\n")
        try tree.write([3], to: "/etc/systemd/network/10-x.link")
        #expect(try tree.contents(of: "/etc/systemd/network/10-x.link") == [3])
        #expect(try tree.names(in: "/etc") == ["shadow", "systemd"])
        #expect(try tree.remove("/etc/shadow"))
        #expect(try tree.remove("/etc/shadow") == false)
    }
}
