import Foundation
import ProgramHarness
import Testing

/// What a restore must not write to: refused with status 3 before a byte of it changed.
@Suite struct TargetRefusalTests {
    /// Expects status 3, a message with all of `words` and the state of the disk, and that `disk` is what it was.
    private func refused(
        _ scratch: Scratch, _ arguments: [String], disk: String, _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try Disk.read(disk)
        let outcome = try scratch.lifeboat(["restore", "web01", "--repository"] + arguments)
        #expect(outcome.status == 3, "\(outcome)", sourceLocation: sourceLocation)
        for word in words + ["Nothing was written."] {
            #expect(outcome.errors.contains(word), "\(word): \(outcome.errors)", sourceLocation: sourceLocation)
        }
        #expect(try Disk.read(disk) == before, "the target changed", sourceLocation: sourceLocation)
    }

    @Test("a target that is too small is refused with both sizes", arguments: [512, 12 << 20, 25_165_824 - 512])
    func tooSmall(size: Int) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try Disk.write([UInt8](repeating: 0xA5, count: size), to: scratch("small"))
        for extra in [["--confirm", "small"], ["--dry-run"], []] {
            try refused(
                scratch, [sample.repository, "--disk", "0=small"] + extra, disk: scratch("small"), "\(size)",
                "\(sample.size)", "small")
        }
        #expect(try scratch.sh("stat -c %s small") == "\(size)")
        let loop = try scratch.loop("small")
        try refused(scratch, [sample.repository, "--disk", "0=\(loop)"], disk: loop, "\(size)", "\(sample.size)", loop)
    }

    @Test("one target for two disks is seen under any name", arguments: ["./t", "link", "hard", "/dev/loop"])
    func sameTargetTwice(name: String) throws {
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        for number in 0..<2 {
            try Disk.write(Disk.random(1 << 20, seed: UInt64(number + 1)), to: scratch("disk\(number)"))
        }
        try scratch.capture("disk0", "disk1")
        try SoiledDisk.make("t", bytes: 4 << 20, in: scratch)
        try scratch.sh("ln -s t link; ln t hard")
        let other = name == "/dev/loop" ? try scratch.loop("t") : name
        for pair in [("t", other), (other, "t")] {
            try refused(
                scratch, [repository, "--disk", "0=\(pair.0)", "--disk", "1=\(pair.1)", "--confirm", "t"],
                disk: scratch("t"), "t")
        }
    }

    @Test("one new file for two disks is seen under any name", arguments: ["./t", "sub/../t", "dir/t"])
    func sameNewFileTwice(name: String) throws {
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        for number in 0..<2 {
            try Disk.write(Disk.random(1 << 20, seed: UInt64(number + 1)), to: scratch("disk\(number)"))
        }
        try scratch.capture("disk0", "disk1")
        try scratch.sh("mkdir sub; ln -s . dir")
        let outcome = try scratch.lifeboat(
            "restore", "web01", "--repository", repository, "--disk", "0=t", "--disk", "1=\(name)", "--confirm", "t",
            "--confirm", name)
        #expect(outcome.status == 3, "\(outcome)")
        #expect(try scratch.sh("ls").split(separator: "\n").contains("t") == false)
    }

    @Test("an object of the repository, or a place among them, is no target")
    func insideRepository() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        let name = try #require(sample.newObjects.first { $0.hasPrefix("packs/") && !$0.hasSuffix(".index") })
        let pack = "\(repository)/\(name)"
        try scratch.sh("ln -s '\(pack)' link; ln '\(pack)' hard")
        for target in [pack, "link", "hard"] {
            try refused(
                scratch, [repository, "--disk", "0=\(target)", "--confirm", target], disk: pack, "repository")
        }
        // Large enough to be written over: it is not its size that saves it.
        try scratch.sh("truncate -s 64M '\(repository)/packs/big'; ln '\(repository)/packs/big' big")
        for target in ["\(repository)/packs/big", "big", try scratch.loop("big")] {
            try refused(
                scratch, [repository, "--disk", "0=\(target)", "--confirm", target], disk: scratch("big"), "repository")
        }
        for target in ["\(repository)/new.img", "repository/packs/../hosts/x"] {
            let outcome = try scratch.restore(from: repository, to: target)
            #expect(outcome.status == 3 && outcome.errors.contains("repository"), "\(outcome)")
        }
        #expect(try scratch.sh("find repository -name x -o -name new.img") == "")
    }

    @Test("a disk that holds the repository is no target, nor is the image behind it")
    func holdsRepository() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try scratch.sh("truncate -s 96M disk; mke2fs -q -t ext4 disk; mkdir mnt")
        let loop = try scratch.loop("disk")
        try scratch.sh("mount \(loop) mnt; cp -a '\(sample.repository)' mnt/repository; sync -f mnt")
        for target in [loop, "disk"] {
            let outcome = try scratch.restore(from: scratch("mnt/repository"), to: target)
            #expect(outcome.status == 3, "\(outcome)")
            #expect(outcome.errors.contains("Nothing was written."), "\(outcome)")
            if target == loop { #expect(outcome.errors.contains("repository"), "\(outcome)") }
        }
        try scratch.sh("diff -r mnt/repository '\(sample.repository)'; umount mnt; e2fsck -fn disk >&2")
    }

    @Test("a mounted target, and the image behind it, are refused by the name of the mount")
    func mounted() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try scratch.sh("truncate -s 64M disk; mke2fs -q -t ext4 disk; mkdir mnt")
        let loop = try scratch.loop("disk")
        try scratch.sh("mount -o ro,noload \(loop) mnt")
        for target in [loop, "disk"] {
            try refused(
                scratch, [sample.repository, "--disk", "0=\(target)", "--confirm", target], disk: scratch("disk"),
                scratch("mnt"))
        }
    }

    @Test("an image attached as a loop device, and a device below another, are in use")
    func attached() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("disk", bytes: 32 << 20, in: scratch)
        let loop = try scratch.loop("disk")
        try refused(
            scratch, [sample.repository, "--disk", "0=disk", "--confirm", "disk"], disk: scratch("disk"), loop)
        let upper = try scratch.loop(loop)
        try refused(
            scratch, [sample.repository, "--disk", "0=\(loop)", "--confirm", "\(32 << 20)"], disk: scratch("disk"),
            upper)
        try scratch.sh("losetup -d \(upper)")
    }

    @Test("an image that another program writes to is neither written nor captured")
    func openElsewhere() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("disk", bytes: 32 << 20, in: scratch)
        let repository = try sample.copy(into: scratch)
        let writer = try Child(["bash", "-c", "exec 3<>disk; echo open; exec sleep 100"], in: scratch.path)
        try writer.wait { writer.output == "open\n" }
        try refused(
            scratch, [repository, "--disk", "0=disk", "--confirm", "disk"], disk: scratch("disk"), "\(writer.pid)")
        let outcome = try scratch.lifeboat("capture", "--repository", repository, "--host", "web01", "disk")
        #expect(outcome.status == 3 && outcome.errors.contains("\(writer.pid)"), "\(outcome)")
        writer.signal(SIGKILL)
        _ = try writer.wait()
        #expect(try scratch.restore(from: repository, to: "disk").status == 0)
    }

    @Test("a disk held by LVM or md is refused by the name of its holder", arguments: ["vg0-root", nil])
    func held(mapped: String?) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let size = (26 << 20) + (mapped == nil ? 512 : 1024)
        try Disk.write([UInt8](repeating: 0xA5, count: size), to: scratch("disk"))
        let loop = try scratch.loop("disk")
        let name = loop.split(separator: "/").last ?? ""
        let holder = mapped == nil ? "md127" : "dm-127"
        let before = try scratch.read("disk")
        try scratch.sh(
            """
            mkdir -p sys/\(name)/holders/\(holder) sys/\(holder)/slaves/\(name)
            echo 252:127 > sys/\(holder)/dev; echo 8 > sys/\(holder)/size
            \(mapped.map { "mkdir sys/\(holder)/dm; echo \($0) > sys/\(holder)/dm/name" } ?? "")
            """)
        let words = "restore web01 --repository '\(sample.repository)' --disk 0=\(loop) --confirm '\(size) \(loop)'"
        let said = try scratch.sh("machine \(Program.path) \(words) > .out 2> .err || echo status $?; cat .err")
        #expect(said.contains("status 3"), "\(said)")
        #expect(said.contains(mapped ?? holder) && said.contains("Nothing was written."), "\(said)")
        #expect(try scratch.read("disk") == before)
    }

    @Test("what is neither a device nor a file, and a folder that is not there, are refused")
    func noDisk() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try scratch.sh("mkdir folder; mkfifo pipe; truncate -s 33000001 odd")
        for target in ["folder", "pipe", "missing/disk", "/dev/nosuchdisk", "/dev/null", "odd"] {
            let outcome = try scratch.restore(from: sample.repository, to: target)
            #expect(outcome.status == 3, "\(outcome)")
            #expect(outcome.errors.contains("Nothing was") && outcome.errors.contains(target), "\(outcome)")
        }
    }

    @Test("a write-protected device is refused")
    func readOnly() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("disk", bytes: (30 << 20) + 1024, in: scratch)
        let loop = try scratch.loop("disk", "--read-only")
        try refused(
            scratch, [sample.repository, "--disk", "0=\(loop)", "--confirm", "\((30 << 20) + 1024)"],
            disk: scratch("disk"), "write-protected")
    }

    @Test("a disk that the moment does not have, and one disk to two targets, are refused")
    func mapping() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        for disks in [["1=a"], ["0=a", "0=b"], ["0=a", "7=b"]] {
            let words = disks.flatMap { ["--disk", $0] } + ["--confirm", "a", "--confirm", "b"]
            let outcome = try scratch.lifeboat(["restore", "web01", "--repository", sample.repository] + words)
            #expect(outcome.status == 3 && outcome.errors.contains("Nothing was written."), "\(outcome)")
        }
        #expect(try scratch.sh("ls") == "")
    }
}
