import Archives
import LinuxSystem
import Testing

/// What the writer makes, cpio(1) opens, and so does the reader.
@Suite("Writing cpio")
struct CpioWriterTests {
    @Test("cpio(1) unpacks it to the same bytes and modes, with the directories above")
    func unpacked() throws {
        let folder = try ArchiveFolder()
        var writer = CpioWriter()
        let contents: [String: [UInt8]] = [
            "usr/lib/modules/6.1/a.ko": Array(repeating: 7, count: 4_097), "usr/lib/modules/6.1/b.ko": [],
            "conf/modules": Array("nvme\n".utf8), "x": [1], "xy": [1, 2], "xyz": [1, 2, 3],
        ]
        for name in contents.keys.sorted() { writer.add(name, contents[name] ?? [], mode: name == "x" ? 0o755 : 0o644) }
        let archive = writer.finish()
        #expect(archive.count % 4 == 0)
        try Files.write(archive, to: folder["a.cpio"])
        try folder.run("mkdir out; cd out; cpio -i --quiet < ../a.cpio; test \"$(stat -c %a x)\" = 755")
        for (name, bytes) in contents { #expect(try Files.contents(of: folder["out/\(name)"]) == bytes, "\(name)") }
        let scan = try InitramfsScan(folder["a.cpio"]) { _ in true }
        #expect(scan.contents == contents)
    }
}
