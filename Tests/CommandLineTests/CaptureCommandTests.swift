import ProgramHarness
import Testing

/// What a capture stores, says, and refuses to read.
@Suite struct CaptureCommandTests {
    @Test("the second capture of a disk stores only what changed, and says how much")
    func incremental() throws {
        let sample = try Sample.get()
        let first = sample.reports[0]
        let second = sample.reports[1]
        let data = try #require(first["dataBytes"].int)
        // The garbage outside the file system is alike and stored once.
        #expect((4 << 20..<data).contains(first["newBytes"].int ?? 0))
        // Free space is a good part of the disk and full of garbage: none of it is data.
        let unused = sample.free[0].reduce(0) { $0 + $1.count }
        #expect(data < sample.size - unused + (64 << 10) && unused > 4 << 20)
        let changed = try #require(second["newBytes"].int)
        // 300 000 + 65 536 bytes and the metadata around them changed; a chunk has at most 256 KiB.
        #expect(changed >= 365_536 && changed < 365_536 + 8 * (256 << 10))
        #expect((second["storedBytes"].int ?? .max) < changed + (64 << 10))
        #expect(second["newPacks"].int == 1)
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        try scratch.sh("cp '\(sample.scratch("disk"))' disk")
        let third = try scratch.capture("disk", to: repository)
        #expect(third["newBytes"].int == 0 && third["newPacks"].int == 0)
        #expect((third["storedBytes"].int ?? .max) < 8192)
        #expect(third["dataBytes"].int == second["dataBytes"].int)
    }

    @Test("the same image under another host's name is stored once, and both come back")
    func acrossHosts() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        try scratch.sh("cp '\(sample.scratch("disk"))' disk")
        // Shifted by grid blocks, the same data lies elsewhere: boundaries depend on content.
        try scratch.sh("truncate -s 25182208 shifted; dd if=disk of=shifted bs=4096 seek=4 conv=notrunc status=none")
        let same = try scratch.capture("disk", host: "db01", to: repository)
        #expect(same["newBytes"].int == 0)
        // Maps and description of the other host, no data.
        #expect((same["storedBytes"].int ?? .max) < 64 << 10)
        let shifted = try scratch.capture("shifted", host: "Büro 3", to: repository)
        let data = try #require(shifted["dataBytes"].int)
        #expect((shifted["newBytes"].int ?? .max) < data / 2, "\(shifted)")
        let hosts = try scratch.lifeboat("hosts", "--repository", repository, "--json").expecting(0).json()
        #expect(hosts.list.compactMap { $0["name"].text } == ["Büro 3", "db01", "web01"])
        for (host, name) in [("db01", "disk"), ("Büro 3", "shifted")] {
            _ = try scratch.restore(host, from: repository, to: "t").expecting(0)
            let free = name == "disk" ? sample.free[1] : []
            let captured = try scratch.read(name)
            #expect(Judge.complaints(captured: captured, restored: try scratch.read("t"), free: free) == [], "\(host)")
            try scratch.sh("rm t")
        }
        #expect(try scratch.lifeboat("verify", "--repository", repository, "--deep").status == 0)
    }

    @Test("a disk that is in use, named twice, missing or no disk is refused, and nothing becomes visible")
    func refusals() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        try scratch.sh(
            "truncate -s 32M disk; mke2fs -q -t ext4 disk; mkdir mnt folder; ln -s disk link; truncate -s 1000 odd")
        let loop = try scratch.loop("disk")
        try scratch.sh("mount \(loop) mnt; truncate -s 0 empty; mkfifo pipe")
        let cases = [[loop], ["disk"], ["odd"], ["empty"], ["missing"], ["folder"], ["pipe"], ["/dev/null"]]
        for disks in cases {
            let outcome = try scratch.lifeboat(["capture", "--repository", repository, "--host", "web01"] + disks)
            #expect(outcome.status == 3, "\(outcome)")
            #expect(outcome.errors.contains(disks[0]), "\(outcome)")
        }
        try scratch.sh("umount mnt; ln disk hard")
        for disks in [
            ["disk", "disk"], ["disk", "./disk"], ["disk", "link"], ["disk", "hard"], ["disk", loop], [loop, "disk"],
        ] {
            let outcome = try scratch.lifeboat(["capture", "--repository", repository, "--host", "web01"] + disks)
            #expect(outcome.status == 3, "\(outcome)")
        }
        #expect(try Sample.objects(of: repository, in: scratch) == sample.objects[1])
    }

    @Test("a repository on the disk that would be read is refused, as device and as image")
    func repositoryOnSource() throws {
        let scratch = try Scratch()
        try scratch.sh("truncate -s 64M disk; mke2fs -q -t ext4 disk; mkdir mnt")
        let loop = try scratch.loop("disk")
        try scratch.sh("mount \(loop) mnt")
        _ = try scratch.lifeboat("repository", "init", "mnt/r").expecting(0)
        for source in [loop, "disk"] {
            let outcome = try scratch.lifeboat("capture", "--repository", "mnt/r", "--host", "h", source)
            #expect(outcome.status == 3, "\(outcome)")
        }
        let hosts = try scratch.lifeboat("hosts", "--repository", "mnt/r", "--json").expecting(0).json()
        #expect(hosts.list == [])
        try scratch.sh("umount mnt")
    }

    @Test(
        "a name that cannot be a host's is refused",
        arguments: ["", ".", "..", "a/b", "a\nb", String(repeating: "ä", count: 128)])
    func names(name: String) throws {
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        try scratch.sh("truncate -s 1M disk")
        let outcome = try scratch.lifeboat("capture", "--repository", repository, "--host", name, "disk")
        #expect(outcome.status == 3 || outcome.status == 2, "\(outcome)")
        #expect(try scratch.sh("ls repository | grep -c '^hosts$' || true") == "0")
    }

    @Test("one capture of a host at a time: a second one is refused while the first runs")
    func oneWriter() throws {
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        try Disk.write(Disk.random(48 << 20, seed: 77), to: scratch("disk"))
        let words = ["capture", "--repository", repository, "--host", "web01", "--level", "19", "disk"]
        let first = try Program.start(words, in: scratch)
        try first.wait { (try? scratch.sh("ls repository/packs")) != nil }
        let second = try scratch.lifeboat(words)
        #expect(second.status == 3 && second.errors.contains("locked"), "\(second)")
        #expect(try first.wait().status == 0)
    }
}
