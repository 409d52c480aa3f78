import Foundation
import ProgramHarness
import Testing

/// Moments as block devices, read by nbdcopy, nbdinfo, qemu-img and qemu-io.
@Suite struct AttachTests {
    @Test("nbdcopy of a moment is the captured disk, also over HTTP", arguments: [0, 1], [false, true])
    func copy(moment: Int, overHTTP: Bool) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let place = overHTTP ? try Server.lifeboat(sample.repository, in: scratch).url : sample.repository
        let attached = try Attached(from: place, ["--at", sample.moments[moment]], in: scratch)
        try scratch.sh("nbdcopy '\(attached.uri())' copy")
        #expect(
            Judge.complaints(
                captured: sample.disks[moment], restored: try scratch.read("copy"), free: sample.free[moment]) == [])
        // What the map calls a hole is one.
        #expect(try scratch.sh("stat -c %b copy").split(separator: "\n").compactMap { Int($0) }[0] * 512 < sample.size)
        let restored = try scratch.restore(from: sample.repository, at: sample.moments[moment], to: "t").expecting(0)
        #expect(try scratch.sh("qemu-img compare -f raw -F raw t '\(attached.uri(0))'") == "Images are identical.")
        #expect(restored.status == 0)
        #expect(try attached.stop().status == 0)
    }

    @Test("reads of odd places and lengths are what the restored disk has there")
    func unaligned() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        _ = try scratch.restore(from: sample.repository, to: "t").expecting(0)
        let attached = try Attached(from: sample.repository, ["--cache", "16"], in: scratch)
        for (offset, count) in [(0, 1), (511, 2), (1_048_575, 4098), (sample.size - 1, 1), (18 << 20, 1_000_001)] {
            let script = "import sys; sys.stdout.buffer.write(h.pread(\(count), \(offset)))"
            try scratch.sh("nbdsh -u '\(attached.uri())' -c '\(script)' > part")
            #expect(try scratch.read("part") == Array(try scratch.read("t")[offset..<offset + count]))
        }
        #expect(try attached.stop().status == 0)
    }

    @Test("each disk is an export by its number; --disk leaves one")
    func exports() throws {
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        try scratch.sh("head -c 2097152 /dev/urandom > a; head -c 1048576 /dev/urandom > b")
        try scratch.capture("a", "b")
        let names = "nbdinfo --list --json 'URI' | jq -c '[.exports[] | [.[\"export-name\"], .[\"export-size\"]]]'"
        let all = try Attached(from: repository, ["--json"], in: scratch)
        let report = try Outcome(commandLine: "", status: 0, output: all.process.output, errors: "").json()
        #expect(report["exports"].list.compactMap { $0["uri"].text } == [all.uri(0), all.uri(1)])
        #expect(
            try scratch.sh(names.replacing("URI", with: all.uri())) == #"[["0",2097152],["1",1048576]]"#)
        try scratch.sh("for n in 0 1; do nbdcopy 'nbd+unix:///'$n'?socket=\(all.socket)' $n; done; cmp a 0; cmp b 1")
        try scratch.sh("! nbdinfo '\(all.uri(2))' 2> errors")
        try all.process.wait { all.process.errors.contains("There is no export \"2\": there is 0, 1") }
        let one = try Attached(from: repository, ["--disk", "1"], socket: "one", in: scratch)
        #expect(try scratch.sh(names.replacing("URI", with: one.uri())) == #"[["1",1048576]]"#)
        try scratch.sh("nbdcopy '\(one.uri())' only; cmp b only")
        for attached in [all, one] { #expect(try attached.stop().status == 0) }
        let refused = try scratch.lifeboat("attach", "web01", "--repository", repository, "--socket", "w", "--writable")
        #expect(refused.status == 3 && refused.errors.contains("--disk"), "\(refused)")
        let small = try scratch.lifeboat(
            "attach", "web01", "--repository", repository, "--socket", "w", "--cache", "15")
        #expect(small.status == 2 && small.errors.contains("--cache takes 16"), "\(small)")
        #expect(try scratch.sh("ls w 2>/dev/null || true") == "")
    }

    @Test("a signal ends it in order: status 0, no socket, no server", arguments: [SIGTERM, SIGINT])
    func signal(number: Int32) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let attached = try Attached(from: sample.repository, in: scratch)
        #expect(try scratch.servers() != "")
        let outcome = try attached.stop(number)
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
        #expect(try scratch.sh("ls") == "")
        #expect(try scratch.servers() == "")
    }

    @Test("its server ends with it, even when it is killed")
    func killed() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let attached = try Attached(from: sample.repository, in: scratch)
        #expect(try attached.stop(SIGKILL).status == 128 + SIGKILL)
        let deadline = ContinuousClock.now + .seconds(20)
        while try scratch.servers() != "", ContinuousClock.now < deadline { usleep(10_000) }
        #expect(try scratch.servers() == "")
    }

    @Test("writes are taken with --writable, read back, and lost; the repository stays as it is")
    func writable() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        let before = try scratch.treeSum(repository)
        let pattern = "-P 0x5a 1000448 65536"
        let attached = try Attached(from: repository, ["--disk", "0", "--writable"], in: scratch)
        #expect(attached.process.output.contains("lost"))
        #expect(
            try scratch.sh(
                "qemu-io -f raw -c 'write \(pattern)' -c 'flush' -c 'read \(pattern)' -c 'discard 4M 1M' '\(attached.uri())'"
            ).contains("wrote 65536/65536"))
        try scratch.sh("qemu-io -f raw -c 'read \(pattern)' '\(attached.uri())' > said; ! grep -q failed said")
        #expect(try attached.stop().status == 0)
        #expect(try scratch.treeSum(repository) == before)
        let again = try Attached(from: repository, in: scratch)
        try scratch.sh("nbdcopy '\(again.uri())' copy")
        #expect(
            Judge.complaints(captured: sample.disks[1], restored: try scratch.read("copy"), free: sample.free[1]) == [])
        try scratch.sh("! qemu-io -f raw -c 'write \(pattern)' '\(again.uri())' > said 2>&1")
        #expect(try again.stop().status == 0)
    }

    @Test("damage is an error of exactly the reads that need it, said with pack, frame and moment")
    func damage() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        let pack = try #require(sample.newObjects.first { $0.hasPrefix("packs/") && !$0.hasSuffix(".index") })
        try Disk.flip("\(repository)/\(pack)", at: try Disk.read("\(repository)/\(pack)").count / 2)
        let attached = try Attached(from: repository, in: scratch)
        // Clients that hang up with answers on their way do the server no harm.
        try scratch.sh("for n in 1 2 3 4 5; do ! nbdcopy '\(attached.uri())' copy 2> errors; done")
        let words = try Regex(
            "Cannot read bytes [0-9]+–[0-9]+ of disk 0 of web01 at \(sample.moments[1]): Pack .* is damaged: frame ")
        #expect(attached.process.errors.contains(words), "\(attached.process.errors)")
        // The data behind the file system was there at the first moment already.
        try scratch.sh("nbdsh -u '\(attached.uri())' -c 'h.pread(4096, 19 << 20)'")
        let earlier = try Attached(from: repository, ["--at", sample.moments[0]], socket: "first", in: scratch)
        try scratch.sh("nbdcopy '\(earlier.uri())' copy")
        #expect(
            Judge.complaints(captured: sample.disks[0], restored: try scratch.read("copy"), free: sample.free[0]) == [])
        for attached in [attached, earlier] { #expect(try attached.stop().status == 0) }
    }

    @Test("what cannot be served is refused before anything is started")
    func refusals() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try scratch.sh("mkdir d; touch d/taken")
        let long = "d/" + String(repeating: "x", count: 100)
        for (words, said) in [
            (["--socket", "d/s", "--disk", "5"], "no disk 5"), (["--socket", "d/s", "--at", "1999-01-01"], "oldest"),
            (["--socket", "d/taken"], "exists already"), (["--socket", "e/s"], "no directory"),
            (["--socket", long], "longer"),
        ] {
            let outcome = try scratch.lifeboat(["attach", "web01", "--repository", sample.repository] + words)
            #expect(outcome.status == 3 && outcome.errors.contains(said), "\(outcome)")
        }
        let odd = try scratch.lifeboat(
            "attach", "web01", "--repository", sample.repository, "--socket", "d/s", "--", "--filter=no-such-filter")
        #expect(odd.status == 1 && odd.errors.contains("no-such-filter"), "\(odd)")
        #expect(try scratch.sh("ls d; ls") == "taken\nd")
    }
}
