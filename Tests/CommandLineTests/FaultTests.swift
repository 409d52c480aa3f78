import Foundation
import ProgramHarness
import Testing

/// What happens to a restore on the way. Each fault comes while data is being written; afterwards the disk is right, or the state it
/// is in is said in words and the next restore continues.
@Suite struct FaultTests {
    private static func tellsState(_ outcome: Outcome) throws -> Bool {
        outcome.errors.contains(try Regex("is written up to [0-9]+ of [0-9]+ bytes and does not boot"))
    }

    /// Starts a restore from a slow server and leaves it stopped when there is new data in the middle of `file`.
    private static func restore(
        to target: String, file: String, from url: String, confirm: String = "t", in scratch: Scratch
    ) throws -> Child {
        let before = try scratch.read(file)
        let running = try Program.start(
            [
                "restore", "web01", "--repository", url + "/repository", "--disk", "0=\(target)", "--confirm", confirm,
                "--json",
            ],
            in: scratch)
        try running.stop { InterruptionTests.hasNewData(scratch, before, in: file) }
        return running
    }

    /// Continues and compares.
    private static func expectContinued(_ sample: Sample, _ target: String, file: String, in scratch: Scratch) throws {
        let report = try scratch.lifeboat(
            "restore", "--continue", target, "--repository", sample.repository, "--confirm", target, "--json"
        ).expecting(0).json()
        #expect(
            report["comparedFirst"].bool == true && (report["disks"][0]["alreadyRightBytes"].int ?? 0) > 0, "\(report)")
        expectRestored(sample, try scratch.read(file))
    }

    private static func expectRestored(_ sample: Sample, _ bytes: [UInt8]) {
        #expect(Judge.complaints(captured: sample.disks[1], restored: bytes, free: sample.free[1]) == [])
    }

    @Test("a server that is replaced by a mirror at its address: the restore goes on from that")
    func mirror() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("t", bytes: sample.size, in: scratch)
        try scratch.sh("mkdir first mirror; cp -a '\(sample.repository)' first/; cp -a '\(sample.repository)' mirror/")
        let first = try Server.nginx(scratch("first"), settings: "limit_rate 300k;", in: scratch)
        let restore = try Self.restore(to: "t", file: "t", from: first.url, in: scratch)
        first.process.signal(SIGKILL)
        _ = try first.process.wait()
        try scratch.sh("rm -r first")
        restore.signal(SIGCONT)
        try restore.wait { restore.errors.contains("Connection lost, trying again") }
        let second = try Server.nginx(scratch("mirror"), port: first.port, in: scratch)
        #expect(try restore.wait().expecting(0).json()["isVerified"].bool == true)
        Self.expectRestored(sample, try scratch.read("t"))
        #expect(second.process.isRunning)
    }

    @Test("a server that hangs and comes back: the restore waits, says so, and goes on")
    func stalled() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("t", bytes: sample.size, in: scratch)
        let server = try Server.nginx(sample.scratch.path, settings: "limit_rate 300k;", in: scratch)
        let restore = try Self.restore(to: "t", file: "t", from: server.url, in: scratch)
        server.process.signal(SIGSTOP)
        restore.signal(SIGCONT)
        try restore.wait(seconds: 120) { restore.errors.contains("Connection lost, trying again") }
        server.process.signal(SIGCONT)
        #expect(try restore.wait().expecting(0).json()["isVerified"].bool == true)
        Self.expectRestored(sample, try scratch.read("t"))
    }

    @Test(
        "a token that expires: the restore ends at once, says what state the disk is in, and is continued",
        arguments: [401, 403])
    func expired(status: Int) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("t", bytes: sample.size, in: scratch)
        let first = try Server.nginx(sample.scratch.path, settings: "limit_rate 300k;", in: scratch)
        let restore = try Self.restore(to: "t", file: "t", from: first.url, in: scratch)
        first.process.signal(SIGKILL)
        _ = try first.process.wait()
        let second = try Server.nginx(
            sample.scratch.path, settings: "location / { return \(status); }", port: first.port, in: scratch)
        restore.signal(SIGCONT)
        let outcome = try restore.wait(seconds: 60)
        #expect(outcome.status != 0 && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.errors.contains("Give a token that is valid"), "\(outcome)")
        #expect(try Self.tellsState(outcome), "\(outcome)")
        #expect(second.process.isRunning)
        try Self.expectContinued(sample, "t", file: "t", in: scratch)
    }

    @Test(
        "a disk that returns I/O errors: the restore ends with its state in words; when it is mended the restore is continued"
    )
    func brokenDisk() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("t", bytes: sample.size, in: scratch)
        let server = try Server.nginx(sample.scratch.path, settings: "limit_rate 60k;", in: scratch)
        let outcome = try Self.onFuse(sample, server, in: scratch) { try $0.breakWrites() }
        #expect(outcome.errors.contains("Input/output error"), "\(outcome)")
        #expect(try scratch.sh("wipefs -n -O TYPE t").contains("gpt") == false)
        try Self.expectContinued(sample, "t", file: "t", in: scratch)
    }

    @Test(
        "a disk that is pulled out, with what it had not flushed: the restore ends with its state in words, and is continued"
    )
    func vanishedDisk() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("t", bytes: sample.size, in: scratch)
        let server = try Server.nginx(sample.scratch.path, settings: "limit_rate 60k;", in: scratch)
        _ = try Self.onFuse(sample, server, in: scratch) { try $0.pullOut() }
        #expect(try scratch.sh("wipefs -n -O TYPE t").contains("gpt") == false)
        try Self.expectContinued(sample, "t", file: "t", in: scratch)
    }

    /// Restores to "t" behind FUSE and lets a fault happen when something is durable in its middle: that is some seconds after
    /// the start, and the server must not have given everything by then.
    private static func onFuse(
        _ sample: Sample, _ server: Server, in scratch: Scratch, _ fault: (FuseDisk) throws -> Void
    ) throws -> Outcome {
        let disk = try FuseDisk("t", in: scratch)
        let restore = try Self.restore(
            to: disk.path, file: "t", from: server.url, confirm: "\(sample.size) \(disk.path)", in: scratch)
        try fault(disk)
        restore.signal(SIGCONT)
        let outcome = try restore.wait(seconds: 120)
        #expect(outcome.status == 1 && outcome.output.isEmpty, "\(outcome)")
        #expect(try tellsState(outcome), "\(outcome)")
        try disk.pullOut()
        return outcome
    }
}
