import Foundation
import ProgramHarness
import Testing

/// An operator who stops a command, and runs it again.
@Suite struct InterruptionTests {
    @Test("an interrupted restore says what state the disk is in, and is continued", arguments: [SIGINT, SIGTERM])
    func restore(signal: Int32) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("t", bytes: sample.size, in: scratch)
        let before = try scratch.read("t")
        let slow = try Server.nginx(sample.scratch.path, settings: "limit_rate 300k;", in: scratch)
        let words = ["--disk", "0=t", "--confirm", "t", "--json"]
        let running = try Program.start(
            ["restore", "web01", "--repository", slow.url + "/repository"] + words, in: scratch)
        // Until data of the disk's middle is there; its first part comes last.
        try running.stop { Self.hasNewData(scratch, before) }
        running.signal(signal)
        running.signal(SIGCONT)
        let outcome = try running.wait(seconds: 30)
        #expect(outcome.status == 130, "\(outcome)")
        let state = try Regex("t is written up to [0-9]+ of \(sample.size) bytes and does not boot")
        #expect(outcome.errors.contains(state) && outcome.errors.contains("it continues"), "\(outcome)")
        #expect(outcome.output == "")
        #expect(try scratch.sh("wipefs -n -O TYPE t").contains("gpt") == false)

        let report = try scratch.restore(from: sample.repository, to: "t").expecting(0).json()
        #expect(report["comparedFirst"].bool == true, "\(report)")
        #expect((report["disks"][0]["alreadyRightBytes"].int ?? 0) > 0, "\(report)")
        let complaints = Judge.complaints(
            captured: sample.disks[1], restored: try scratch.read("t"), free: sample.free[1])
        #expect(complaints == [])
        let again = try scratch.restore(from: sample.repository, to: "t").expecting(0).json()
        // All but the parts at both ends, which always go last.
        let missing = (again["disks"][0]["dataBytes"].int ?? 0) - (again["disks"][0]["alreadyRightBytes"].int ?? 0)
        #expect(missing < 2 << 20, "\(again)")
        #expect(again["disks"][0]["writtenBytes"].int == missing)
    }

    @Test("a restore that was killed is continued by what its target says, without anybody who knows what it was")
    func killed() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("t", bytes: sample.size, in: scratch)
        let before = try scratch.read("t")
        let slow = try Server.nginx(sample.scratch.path, settings: "limit_rate 300k;", in: scratch)
        let words = ["--disk", "0=t", "--confirm", "t", "--at", "latest"]
        let running = try Program.start(
            ["restore", "web01", "--repository", slow.url + "/repository"] + words, in: scratch)
        try running.stop { Self.hasNewData(scratch, before) }
        running.signal(SIGKILL)
        _ = try running.wait(seconds: 30)

        let go = ["restore", "--continue", "t", "--repository", sample.repository]
        let plan = try scratch.lifeboat(go + ["--dry-run"]).expecting(0)
        #expect(plan.output.contains("ERASES  an interrupted restore of web01 as of "), "\(plan)")
        // It says what it is, and is confirmed as ever.
        #expect(try scratch.lifeboat(go).expecting(3).errors.contains("it was not confirmed"))
        let report = try scratch.lifeboat(go + ["--confirm", "t", "--json"]).expecting(0).json()
        #expect(
            report["comparedFirst"].bool == true && (report["disks"][0]["alreadyRightBytes"].int ?? 0) > 0, "\(report)")
        let complaints = Judge.complaints(
            captured: sample.disks[1], restored: try scratch.read("t"), free: sample.free[1])
        #expect(complaints == [])
        let none = try scratch.lifeboat(go + ["--confirm", "t"]).expecting(3)
        #expect(none.errors.contains("no restore was interrupted there") && none.errors.contains("Nothing was written"))
    }

    @Test("a disk that is divided among two goes on where both are named, in any order, and not with one of them")
    func divided() throws {
        let scratch = try Scratch()
        try scratch.sh(
            """
            head -c 128M /dev/zero | openssl enc -aes-128-ctr -nosalt -pass pass:split 2>/dev/null > disk
            dd if=/dev/zero of=disk bs=1M count=1 conv=notrunc status=none
            printf 'label: gpt\\nsize=16M, type=linux\\ntype=lvm\\n' | sfdisk -q disk
            """)
        let volumes = try scratch.loop("disk", "-o \(17 << 20) --sizelimit \(110 << 20)")
        try scratch.sh(
            """
            lvm_() { lvm "$@" --config "devices { use_devicesfile=0 filter=[\\"a|^\(volumes)$|\\",\\"r|.*|\\"] } \
            backup { backup=0 archive=0 } global { activation=0 event_activation=0 use_lvmlockd=0 }"; }
            lvm_ pvcreate \(volumes); lvm_ vgcreate -s 1m vg0 \(volumes); lvm_ lvcreate -an -Zn -Wn -l 90 -n data vg0
            """)
        _ = try scratch.lifeboat("repository", "init", "repository").expecting(0)
        try scratch.capture("disk")
        for (name, megabytes) in [("t0", 64), ("t1", 70)] {
            try SoiledDisk.make(name, bytes: megabytes << 20, in: scratch)
        }
        let before = try scratch.read("t0")
        let slow = try Server.nginx(scratch.path, settings: "limit_rate 2m;", in: scratch)
        let words = ["--split", "--disk", "0=t0", "--disk", "0=t1", "--confirm", "t0", "--confirm", "t1"]
        let running = try Program.start(
            ["restore", "web01", "--repository", slow.url + "/repository"] + words, in: scratch)
        try running.stop { Self.hasNewData(scratch, before, in: "t0") }
        running.signal(SIGKILL)
        _ = try running.wait(seconds: 30)

        let go = ["restore", "--repository", "repository", "--confirm", "t0", "--confirm", "t1"]
        let alone = try scratch.lifeboat(go + ["--continue", "t1"]).expecting(3)
        #expect(alone.errors.contains("disk 0 of web01 is divided among 2 targets"), "\(alone)")
        #expect(alone.errors.contains("Nothing was written"), "\(alone)")
        let report = try scratch.lifeboat(go + ["--continue", "t1", "--continue", "t0", "--json"]).expecting(0).json()
        #expect(report["comparedFirst"].bool == true && report["disks"].list.count == 2, "\(report)")
        #expect((report["disks"][0]["alreadyRightBytes"].int ?? 0) > 0, "\(report)")
        try scratch.sh("cmp -n \(16 << 20) -i \(1 << 20) disk t0; sfdisk --verify t0; sfdisk --verify t1")
    }

    /// Whether there is data of the moment in the middle of a disk of `Sample`, which goes there at once.
    static func hasNewData(_ scratch: Scratch, _ before: [UInt8], in file: String = "t") -> Bool {
        // A file that cannot be read yet has no data yet.
        guard let now = try? scratch.read(file) else { return false }
        return (2 << 20..<16 << 20).contains { now[$0] != before[$0] && now[$0] != 0 }
    }

    @Test("a restore that waits for its server ends at once when it is interrupted")
    func waiting() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let slow = try Server.nginx(sample.scratch.path, settings: "limit_rate 400k;", in: scratch)
        let running = try Program.start(
            ["restore", "web01", "--repository", slow.url + "/repository", "--disk", "0=t", "--confirm", "t"],
            in: scratch)
        try running.stop { ((try? scratch.sh("stat -c %b t")) ?? "0") != "0" }
        slow.process.signal(SIGKILL)
        running.signal(SIGCONT)
        try running.wait { running.errors.contains("trying again") }
        let start = ContinuousClock.now
        running.signal(SIGINT)
        #expect(try running.wait(seconds: 30).status == 130)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test(
        "an interrupted capture leaves nothing visible, and the next one uses what it stored",
        arguments: [SIGINT, SIGTERM])
    func capture(signal: Int32) throws {
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        let disk = Disk.random(64 << 20, seed: 99)
        try Disk.write(disk, to: scratch("disk"))
        let words = ["capture", "--repository", repository, "--host", "web01", "--level", "19", "disk"]
        let running = try Program.start(words, in: scratch)
        try running.stop { ((try? scratch.sh("ls repository/packs/*/*.index 2>/dev/null || true")) ?? "") != "" }
        running.signal(signal)
        running.signal(SIGCONT)
        let outcome = try running.wait(seconds: 30)
        #expect(outcome.status == 130 && outcome.errors.contains("interrupted"), "\(outcome)")
        #expect(try scratch.lifeboat("hosts", "--repository", repository, "--json").expecting(0).json().list == [])
        #expect(try scratch.lifeboat("verify", "--repository", repository).status == 0)
        let report = try scratch.capture("disk")
        #expect((report["newBytes"].int ?? .max) < 64 << 20, "\(report)")
        _ = try scratch.restore(from: repository, to: "t").expecting(0)
        #expect(try scratch.read("t") == disk)
    }

    @Test("verify and serve end when they are interrupted", arguments: [SIGINT, SIGTERM])
    func others(signal: Int32) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let server = try Server.lifeboat(sample.repository, in: scratch)
        server.process.signal(signal)
        #expect(try server.process.wait(seconds: 20).status == 0)
        let slow = try Server.nginx(sample.scratch.path, settings: "limit_rate 100k;", in: scratch)
        let verify = try Program.start(["verify", "--repository", slow.url + "/repository"], in: scratch)
        // It is at work once it catches signals and has a connection (a socket alone may be one that it inherited).
        try verify.wait {
            (try? scratch.sh(
                "grep -q '^SigCgt:.*[4-7c-f]...$' /proc/\(verify.pid)/status && ls -l /proc/\(verify.pid)/fd | grep -q socket"
            )) != nil
        }
        verify.signal(signal)
        let outcome = try verify.wait(seconds: 20)
        #expect(outcome.status == 130, "\(outcome)")
    }
}
