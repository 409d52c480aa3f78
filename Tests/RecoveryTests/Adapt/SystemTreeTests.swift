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

    @Test("a new file and a new directory get the SELinux label of the directory above; what has one keeps it")
    func labels() throws {
        let scratch = try ScratchDirectory()
        try Files.makeDirectories(scratch["root/etc"])
        try Files.write([1], to: scratch["root/etc/old"])
        func python(_ program: String) throws -> String {
            let result = try ChildProcess.run(["python3", "-c", "import os, sys\n" + program, scratch["root/etc"]])
            try #require(result.status.isSuccess, "\(result.errorText)")
            return String(decoding: result.output, as: UTF8.self)
        }
        _ = try python(
            """
            os.setxattr(sys.argv[1], "security.selinux", b"system_u:object_r:etc_t:s0\\0")
            os.setxattr(sys.argv[1] + "/old", "security.selinux", b"system_u:object_r:own_t:s0\\0")
            """)
        let tree = SystemTree(root: scratch["root"])
        try tree.write([2], to: "/etc/old")
        try tree.write([3], to: "/etc/new/deep/file")
        let labels = try python(
            """
            for name in ["old", "new", "new/deep", "new/deep/file"]:
                print(os.getxattr(sys.argv[1] + "/" + name, "security.selinux").decode().split(":")[2])
            """)
        #expect(labels.split(separator: "\n") == ["own_t", "etc_t", "etc_t", "etc_t"])
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
