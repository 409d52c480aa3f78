import Archives
import LinuxSystem
import Testing

/// Initramfs images are read as the tools that made them say, and damage is told.
@Suite("Reading an initramfs")
struct InitramfsScanTests {
    /// Files in ./t, packed by cpio(1) and then by `pack`.
    static let tree = """
        mkdir -p t/usr/lib/modules t/conf t/empty; ln -s usr/lib t/lib; echo one > t/usr/lib/modules/a.ko
        head -c 3000000 /dev/urandom > t/usr/lib/modules/big.ko; printf 'virtio_blk\\n' > t/conf/modules; : > t/zero
        (cd t && find . | LC_ALL=C sort | cpio -o -H newc --quiet) > plain
        """
    static let files: Set<String> = ["lib", "usr/lib/modules/a.ko", "usr/lib/modules/big.ko", "conf/modules", "zero"]

    static let packers = [
        "cat plain", "gzip -1 < plain", "zstd -q -1 < plain", "zstd -q -19 --long=24 < plain",
        "xz -0 --check=crc32 < plain",
        "(zstd -q -1; head -c 512 /dev/zero) < plain", "lz4 -q -l -9 < plain",
        "(lz4 -q -l; head -c 512 /dev/zero) < plain",
    ]

    @Test("lists every file, whatever it is packed with", arguments: packers)
    func packed(_ pack: String) throws {
        let folder = try ArchiveFolder()
        try folder.run("\(Self.tree)\n\(pack) > i")
        let scan = try InitramfsScan(folder["i"]) { $0 == "conf/modules" }
        #expect(scan.files == Self.files)
        #expect(scan.contents == ["conf/modules": Array("virtio_blk\n".utf8)])
        #expect(scan.parts.count == 1)
    }

    @Test("goes through microcode, a packed archive and one that was added, and the last file counts")
    func several() throws {
        let folder = try ArchiveFolder()
        try folder.run(
            """
            \(Self.tree)
            mkdir -p e/kernel/x86; echo m > e/kernel/x86/code; (cd e && find . | cpio -o -H newc --quiet) > early
            mkdir -p x/conf; echo nvme > x/conf/modules; (cd x && find . | cpio -o -H newc --quiet) > extra
            zstd -q plain -o packed; (cat early packed; head -c $((3 + (4 - $(stat -c %s packed) % 4) % 4)) /dev/zero; cat extra) > i
            """)
        let scan = try InitramfsScan(folder["i"]) { $0 == "conf/modules" }
        #expect(scan.parts.map(\.compression) == [.none, .zstd, .none])
        #expect(scan.files == Self.files.union(["kernel/x86/code"]))
        #expect(scan.contents["conf/modules"] == Array("nvme\n".utf8))
    }

    @Test("what is cut off anywhere is said to be", arguments: ["cat", "gzip -1", "zstd -q -1", "xz -0", "lz4 -q -l"])
    func cutOff(_ pack: String) throws {
        let folder = try ArchiveFolder()
        try folder.run("\(Self.tree)\n\(pack) < plain > i")
        let size = try #require(try Files.status(folder["i"])).sizeInBytes
        for share: UInt64 in [0, 1, 10, 50, 90, 99] {
            // The end mark is the last that is needed; padding may be missing.
            let length = max(20, (size - 600) * share / 100)
            try folder.run("head -c \(length) i > cut")
            #expect(throws: ArchiveError.self, "\(length) of \(size)") { try InitramfsScan(folder["cut"]) }
        }
    }

    @Test("streams of lz4 behind one another are one, as a kernel takes them")
    func lz4() throws {
        let folder = try ArchiveFolder()
        try folder.run("\(Self.tree)\nlz4 -q -l -9 < plain > i")
        let scan = try InitramfsScan(folder["i"])
        #expect(scan.openEnd == (try Files.status(folder["plain"])?.sizeInBytes))
        // More than one block.
        var writer = CpioWriter()
        writer.add("conf/modules", Array("nvme\n".utf8))
        writer.add("large", [UInt8](repeating: 7, count: 9 << 20))
        let sound = try Files.contents(of: folder["i"], limit: 64 << 20)
        try Files.write(sound + LZ4Stream.packed(writer.finish()), to: folder["more"])
        let more = try InitramfsScan(folder["more"]) { $0 == "conf/modules" }
        #expect(more.parts.map(\.compression) == [.lz4])
        #expect(more.files == Self.files.union(["large"]))
        #expect(more.contents["conf/modules"] == Array("nvme\n".utf8))
        // lz4(1) opens them as well.
        try folder.run(
            "lz4 -q -d < more > opened; tail -c +$((1 + $(stat -c %s plain))) opened | cpio -t | grep -x large")
    }

    @Test("what cannot be opened is told apart, not misread")
    func unsupported() throws {
        let folder = try ArchiveFolder()
        try Files.write([0x42, 0x5a, 0x68, 0x39, 1, 2, 3, 4, 5, 6, 7, 8], to: folder["i"])
        let error = #expect(throws: ArchiveError.self) { try InitramfsScan(folder["i"]) }
        #expect(error?.code == .unsupported)
    }

    @Test("random damage never traps", arguments: [UInt64(1), 20_261_126])
    func damage(_ seed: UInt64) throws {
        let folder = try ArchiveFolder()
        try folder.run(
            "mkdir -p t/d; for i in 1 2 3; do echo $i > t/d/$i; done; (cd t; find . | cpio -o -H newc --quiet) > p; zstd -q p -o z; gzip -k p; lz4 -q -l p p.lz4"
        )
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for name in ["p", "z", "p.gz", "p.lz4"] {
            let sound = try Files.contents(of: folder[name])
            for _ in 0..<300 {
                var bytes = sound
                for _ in 0...next(4) { bytes[next(bytes.count)] = UInt8(next(256)) }
                try Files.write(bytes, to: folder["damaged"])
                _ = try? InitramfsScan(folder["damaged"])
            }
        }
    }
}
