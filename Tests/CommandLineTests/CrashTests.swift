import Foundation
import ProgramHarness
import Testing

/// A program that is killed at any moment: what was published stays whole, and what was begun can be done again.
@Suite struct CrashTests {
    /// Runs `lifeboat` and kills it as one of its threads enters the `count`th call of `call`; false when it ended before.
    private func killed(at call: String, _ count: Int, _ words: [String], in scratch: Scratch) throws -> Bool {
        let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)"]
        let inject = ["-e", "inject=\(call):signal=SIGKILL:when=\(count)"]
        let outcome = try Child(strace + inject + [Program.path] + words, in: scratch.path).wait()
        guard outcome.status == 0 || outcome.status == 128 + SIGKILL else { throw HarnessError("\(outcome)") }
        return outcome.status != 0
    }

    /// The repository opens, what it lists is whole, and the next capture succeeds and is restored equal.
    private func checkAfter(_ repository: String, _ sample: Sample, in scratch: Scratch, _ what: String) throws {
        let verify = try scratch.lifeboat("verify", "--deep", "--json", "--quiet", "--repository", repository)
        #expect(verify.status == 0, "\(what): \(verify)")
        let listed = try scratch.lifeboat("timeline", "web01", "--json", "--repository", repository).expecting(0).json()
        let times = listed["moments"].list.compactMap { $0["time"].text }
        // The killed capture is a whole moment or none.
        #expect(times.prefix(2) == sample.moments[...] && times.count <= 3, "\(what): \(times)")
        let next = try scratch.capture("disk", to: repository)
        #expect(next["head"].int == times.count + 1 || next["head"].int == times.count + 2, "\(what): \(next)")
        try scratch.sh("rm -f t")
        _ = try scratch.restore(from: repository, to: "t").expecting(0)
        #expect(try scratch.read("t") == scratch.read("disk"), "\(what)")
        let again = try scratch.lifeboat("verify", "--json", "--quiet", "--repository", repository)
        #expect(again.status == 0, "\(what): \(again)")
    }

    /// The next state of the disk; no file system, so that equal means equal.
    private func makeDisk(_ scratch: Scratch) throws {
        try Disk.write(Disk.random(2 << 20, seed: 5), to: scratch("disk"))
        try Disk.write([UInt8](repeating: 0, count: 1 << 20), to: scratch("disk"), at: 2 << 20)
    }

    @Test(
        "a capture killed at any durable step leaves a whole repository, and the next one succeeds",
        arguments: ["fsync", "rename", "renameat2"], [false, true])
    func everyStep(call: String, packsAreThere: Bool) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try makeDisk(scratch)
        let base = try sample.copy(into: scratch, as: "base")
        if packsAreThere {
            // Then the thread that stores packs has nothing to do, and every step counted is one of those behind it.
            let full = try sample.copy(into: scratch, as: "full")
            try scratch.capture("disk", to: full)
            try scratch.sh("cp -a full/packs/. base/packs/; rm -r full")
        }
        var count = 0
        var wasKilled = true
        while wasKilled {
            count += 1
            try scratch.sh("rm -rf r; cp -a '\(base)' r")
            let words = ["capture", "--quiet", "--repository", "r", "--host", "web01", "disk"]
            wasKilled = try killed(at: call, count, words, in: scratch)
            try checkAfter(scratch("r"), sample, in: scratch, "\(call) \(count)")
        }
        // Renamed over another: only the pointer. Everything else is put where nothing is.
        let least = call == "rename" ? 1 : packsAreThere ? 4 : 3
        #expect(count > least, "\(count) cuts at \(call)")
    }

    @Test(
        "the first capture of a host killed at any durable step: the host is there with a whole moment, or not at all",
        arguments: ["rename", "renameat2"])
    func firstCapture(call: String) throws {
        let scratch = try Scratch()
        try makeDisk(scratch)
        var count = 0
        var wasKilled = true
        while wasKilled {
            count += 1
            try scratch.sh("rm -rf repository t")
            let repository = try scratch.newRepository()
            // The packs of an earlier capture under another name: what is counted lies behind them.
            if count % 2 == 0 { try scratch.capture("disk", host: "other") }
            let words = ["capture", "--quiet", "--repository", repository, "--host", "web01", "disk"]
            wasKilled = try killed(at: call, (count + 1) / 2, words, in: scratch)
            #expect(try scratch.lifeboat("verify", "--deep", "--repository", repository).status == 0)
            try scratch.capture("disk")
            let hosts = try scratch.lifeboat("hosts", "--repository", repository, "--json").expecting(0).json()
            #expect(hosts.list.filter { $0["name"].text == "web01" }.count == 1)
            _ = try scratch.restore(from: repository, to: "t").expecting(0)
            #expect(try scratch.read("t") == scratch.read("disk"))
            #expect(try scratch.lifeboat("verify", "--repository", repository).status == 0)
        }
        // Pointer and list of hosts replace what is there.
        #expect(count > (call == "rename" ? 4 : 6))
    }

    @Test("captures killed at random moments, one after the other, never harm the repository")
    func random() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        let seed = UInt64.random(in: 1...999_999)
        var random = Disk.random(8 * 12, seed: seed)[...]
        for round in 0..<12 {
            try Disk.write(Disk.random(6 << 20, seed: seed + UInt64(round)), to: scratch("disk"))
            let words = ["capture", "--quiet", "--repository", repository, "--host", "web01", "disk"]
            let running = try Program.start(words, in: scratch)
            usleep(UInt32(random.removeFirst()) * 1000 + UInt32(random.removeFirst()) * 4)
            random = random.dropFirst(6)
            running.signal(SIGKILL)
            _ = try running.wait()
            let verify = try scratch.lifeboat("verify", "--json", "--repository", repository)
            #expect(verify.status == 0, "seed \(seed), round \(round): \(verify)")
        }
        try scratch.capture("disk", to: repository)
        _ = try scratch.restore(from: repository, to: "t").expecting(0)
        #expect(try scratch.read("t") == scratch.read("disk"), "seed \(seed)")
        for (number, time) in sample.moments.enumerated() {
            _ = try scratch.restore(from: repository, at: time, to: "old\(number)").expecting(0)
            let complaints = Judge.complaints(
                captured: sample.disks[number], restored: try scratch.read("old\(number)"), free: sample.free[number])
            #expect(complaints == [], "seed \(seed)")
        }
    }

    @Test(
        "a restore killed anywhere never looks complete, and is equal when it is run again",
        arguments: ["fsync", "pwrite64"])
    func restore(call: String) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let words = [
            "restore", "web01", "--repository", sample.repository, "--disk", "0=t", "--confirm", "t", "--quiet",
        ]
        let steps = call == "fsync" ? Array(1...40) : [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144]
        var kills = 0
        for step in steps {
            try SoiledDisk.make("t", bytes: sample.size + 8192, in: scratch)
            guard try killed(at: call, step, words, in: scratch) else { break }
            kills += 1
            let restored = try scratch.read("t")
            let looksWhole =
                try scratch.sh("wipefs -n -O TYPE,OFFSET t | grep gpt | grep -q 0x200 && echo yes || true") == "yes"
            if looksWhole {
                // Killed behind the last write: then it must be whole.
                #expect(restored[(1 << 20)..<(20 << 20)] == expected(sample)[(1 << 20)..<(20 << 20)], "\(call) \(step)")
            }
            let report = try scratch.restore(from: sample.repository, to: "t").expecting(0).json()
            let complaints = Judge.complaints(
                captured: sample.disks[1], restored: try scratch.read("t"), free: sample.free[1],
                adapted: Judge.adapted(report))
            #expect(complaints == [], "\(call) \(step)")
        }
        #expect(kills > 2, "\(kills) cuts at \(call)")
    }

    /// The second disk as a restore leaves it: free blocks zero.
    private func expected(_ sample: Sample) -> [UInt8] {
        var bytes = sample.disks[1]
        for range in sample.free[1] { bytes.replaceSubrange(range, with: repeatElement(0, count: range.count)) }
        return bytes
    }
}
