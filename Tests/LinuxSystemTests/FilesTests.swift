import LinuxSystem
import Testing

@Suite("Names in the file system")
struct FilesTests {
    let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test("a rename that must not replace leaves both files alone and says so")
    func renameUnlessExists() throws {
        try Files.write([1], to: scratch["one"])
        try Files.write([2], to: scratch["two"])
        #expect(try !Files.renameUnlessExists(scratch["one"], to: scratch["two"]))
        #expect(try Files.contents(of: scratch["two"]) == [2])
        #expect(try Files.renameUnlessExists(scratch["one"], to: scratch["three"]))
        #expect(try Files.contents(of: scratch["three"]) == [1])
        #expect(!Files.exists(scratch["one"]))
    }

    @Test("where the kernel has no RENAME_NOREPLACE, link and unlink do the same")
    func renameByLink() throws {
        try Files.write([1], to: scratch["one"])
        try Files.write([2], to: scratch["two"])
        let directory = scratch.path
        try FaultScript.with({ call, path in call == "renameat2" && path.hasPrefix(directory) ? 22 : nil }) {
            () throws in
            #expect(try !Files.renameUnlessExists(scratch["one"], to: scratch["two"]))
            #expect(Files.exists(scratch["one"]))
            #expect(try Files.renameUnlessExists(scratch["one"], to: scratch["three"]))
        }
        #expect(!Files.exists(scratch["one"]))
        #expect(try Files.contents(of: scratch["two"]) == [2])
        #expect(try Files.contents(of: scratch["three"]) == [1])
    }

    @Test("directories are made with all above them, twice without complaint, never over a file")
    func makeDirectories() throws {
        try Files.makeDirectories(scratch["a/b/c"])
        try Files.makeDirectories(scratch["a/b/c"])
        #expect(try Files.status(scratch["a/b/c"])?.kind == .directory)
        try Files.write([], to: scratch["file"])
        #expect(throws: SystemCallError.self) { try Files.makeDirectories(scratch["file"]) }
        #expect(throws: SystemCallError.self) { try Files.makeDirectories(scratch["file/below"]) }
    }

    @Test("files below a directory are listed by their relative paths")
    func filesBelow() throws {
        try Files.makeDirectories(scratch["x/y/z"])
        for name in ["top", "x/one", "x/y/z/deep"] { try Files.write([0], to: scratch[name]) }
        #expect(try Files.filesBelow(scratch.path).sorted() == ["top", "x/one", "x/y/z/deep"])
        #expect(try Files.names(in: scratch["x"]) == ["one", "y"])
        #expect(throws: SystemCallError.self) { try Files.filesBelow(scratch["none"]) }
    }

    @Test(
        "a small file is read whole, one above the limit is refused", arguments: [0, 1, 65535, 65536, 65537, 200_000])
    func contents(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Files.write(bytes, to: scratch["file"])
        #expect(try Files.contents(of: scratch["file"], limit: size) == bytes)
        if size > 0 {
            #expect(throws: SystemCallError.self) { try Files.contents(of: scratch["file"], limit: size - 1) }
        }
    }

    @Test("text loses white space around it, and a missing file is nil")
    func text() throws {
        try Files.write(Array(" QEMU HARDDISK  \n\0".utf8), to: scratch["model"])
        #expect(Files.text(of: scratch["model"]) == "QEMU HARDDISK")
        #expect(Files.text(of: scratch["none"]) == nil)
        #expect(RunningSystem.bootID?.count == 36)
    }

    @Test(
        "parents and last components",
        arguments: [("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("a/b/", "a", "b")])
    func components(path: String, parent: String, last: String) {
        #expect(Files.parent(of: path) == parent)
        #expect(Files.lastComponent(of: path) == last)
    }
}
