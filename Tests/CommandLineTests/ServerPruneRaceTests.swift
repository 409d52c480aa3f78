import Foundation
import ProgramHarness
import Testing

/// A prune at a server beside restores, captures, other prunes, clients that go away and servers that end.
@Suite struct ServerPruneRaceTests {
    private let everything = ["--keep", "year:forever", "--grace", "0s"]

    /// A host with as many moments as there are seeds, each of which shares nothing with the others.
    private func prepare(megabytes: Int = 4, seeds: [UInt64] = [1, 2]) throws -> (Scratch, SecureServer) {
        let scratch = try Scratch()
        let server = try SecureServer(scratch)
        for seed in seeds {
            try Disk.write(Disk.random(megabytes << 20, seed: seed), to: scratch("disk"))
            try scratch.capture("disk")
        }
        return (scratch, server)
    }

    private func prune(_ server: SecureServer, _ token: String, _ words: [String]) throws -> Outcome {
        try server.scratch.lifeboat(["prune", "--quiet"] + server.access(token) + words)
    }

    private func restore(_ server: SecureServer, _ token: String) -> [String] {
        ["restore", "web01", "--quiet", "--json", "--disk", "0=out", "--confirm", "out"] + server.access(token)
    }

    private func verify(_ scratch: Scratch) throws {
        _ = try scratch.lifeboat("verify", "--deep", "--quiet", "--repository", "repository").expecting(0)
    }

    /// Keeps a prune waiting before it removes anything, as a writer does that takes a name off a list.
    /// Until `release`, a minute at most.
    private func holdGate(_ scratch: Scratch) throws -> Child {
        try scratch.sh("mkdir -p repository/locks; rm -f held released")
        let script = "touch held; for i in $(seq 600); do [ ! -e released ] || exit 0; sleep 0.1; done"
        let holder = try Child(["flock", "repository/locks/condemned", "-c", script], in: scratch.path)
        try holder.wait { FileManager.default.fileExists(atPath: scratch("held")) }
        return holder
    }

    private func release(_ holder: Child, _ scratch: Scratch) throws {
        try scratch.sh("touch released")
        _ = try holder.wait()
    }

    @Test("a restore of the newest moment that runs over the same server ends verified")
    func restoring() throws {
        let (scratch, server) = try prepare(megabytes: 32, seeds: [1, 2])
        let admin = try server.token("--admin")
        let reader = try server.token("--restore")
        try scratch.sh("truncate -s 32M out")
        let running = try Program.start(restore(server, reader), in: scratch)
        // The first and last mebibyte come last: blocks in use say that it has begun.
        try running.wait {
            let used = try? FileManager.default.attributesOfItem(atPath: scratch("out"))[.size] as? Int
            let blocks = (try? scratch.sh("stat -c %b out")).flatMap { Int($0) } ?? 0
            return used != nil && blocks > 0
        }
        running.signal(SIGSTOP)
        let report = try prune(server, admin, everything + ["--json"]).expecting(0).json()
        #expect((report["freedBytes"].int ?? 0) > 31 << 20)
        running.signal(SIGCONT)
        #expect(try running.wait().expecting(0).json()["isVerified"].bool == true)
        #expect(try scratch.read("out") == scratch.read("disk"))
        try verify(scratch)
    }

    @Test(
        "a capture over the server that deduplicates against what is condemned meanwhile is whole",
        arguments: [0, 40_000, 120_000, 300_000])
    func capturing(delay: UInt32) throws {
        let (scratch, server) = try prepare(megabytes: 12, seeds: [1, 2])
        let admin = try server.token("--admin")
        let writer = try server.token("--capture", "--host", "web01")
        // What only the first moment has, and something new.
        try Disk.write(Disk.random(12 << 20, seed: 1) + Disk.random(12 << 20, seed: 3), to: scratch("again"))
        let running = try Program.start(
            ["capture", "--quiet", "--host", "web01"] + server.access(writer) + ["again"], in: scratch)
        try running.wait { server.log.contains("capture begins") }
        usleep(delay)
        running.signal(SIGSTOP)
        for _ in 0..<2 { _ = try prune(server, admin, everything).expecting(0) }
        running.signal(SIGCONT)
        _ = try running.wait().expecting(0)
        for _ in 0..<2 { _ = try prune(server, admin, ["--grace", "0s"]).expecting(0) }
        try verify(scratch)
        try scratch.sh("truncate -s 24M out")
        _ = try scratch.lifeboat(restore(server, server.token("--restore"))).expecting(0)
        #expect(try scratch.read("out") == scratch.read("again"))
    }

    @Test("one prune at a time, also beside one in the directory; the waiting client sees that the server is there")
    func oneAtATime() throws {
        let (scratch, server) = try prepare(megabytes: 1)
        let admin = try server.token("--admin")
        let holder = try holdGate(scratch)
        let first = try Program.start(["prune", "--quiet"] + server.access(admin) + everything, in: scratch)
        try first.wait { server.log.contains("prune begins") }
        usleep(300_000)
        let second = try prune(server, admin, everything)
        #expect(second.status == 3 && second.errors.contains("Another prune"), "\(second)")
        let local = try scratch.lifeboat(["prune", "--quiet", "--repository", "repository"] + everything)
        #expect(local.status == 3, "\(local)")
        // Long enough for its client to be told that the server is there.
        usleep(5_000_000)
        try release(holder, scratch)
        _ = try first.wait().expecting(0)
        // The other way round.
        try Disk.write(Disk.random(1 << 20, seed: 77), to: scratch("disk"))
        try scratch.capture("disk")
        let again = try holdGate(scratch)
        let here = try Program.start(
            ["prune", "--quiet", "--repository", "repository"] + everything, in: scratch)
        // Whoever took the lock to see that it is taken might be the one who has it.
        let isTaken = #"inode=$(stat -c %i repository/locks/prune); grep -q ":$inode " /proc/locks"#
        try here.wait { (try? scratch.sh(isTaken)) != nil }
        let there = try prune(server, admin, everything)
        #expect(there.status == 3 && there.errors.contains("locked"), "\(there)")
        try release(again, scratch)
        _ = try here.wait().expecting(0)
        try verify(scratch)
    }

    @Test("a prune whose client is gone stops where every moment is whole, and the next one goes on")
    func abandoned() throws {
        let (scratch, server) = try prepare(megabytes: 1)
        let admin = try server.token("--admin")
        let holder = try holdGate(scratch)
        let client = try Program.start(["prune", "--quiet"] + server.access(admin) + everything, in: scratch)
        try client.wait { server.log.contains("prune begins") }
        client.signal(SIGKILL)
        _ = try client.wait()
        try server.process.wait { server.log.contains("its client went away") }
        try release(holder, scratch)
        try verify(scratch)
        // The stopped one lets go as soon as it comes to a point where it can.
        var next = try prune(server, admin, everything)
        for _ in 0..<50 where next.status == 3 {
            usleep(100_000)
            next = try prune(server, admin, everything)
        }
        #expect(try next.expecting(0).output.contains("Freed"))
        try verify(scratch)
    }

    @Test("an interrupted command ends with 130, a server that is told to end ends in time and tells its client")
    func ending() throws {
        let (scratch, server) = try prepare(megabytes: 1)
        let admin = try server.token("--admin")
        let words = ["prune", "--quiet"] + server.access(admin) + everything
        let holder = try holdGate(scratch)
        let client = try Program.start(words, in: scratch)
        try client.wait { server.log.contains("prune begins") }
        client.signal(SIGINT)
        let interrupted = try client.wait()
        #expect(interrupted.status == 130 && interrupted.errors.contains("interrupted"), "\(interrupted)")
        try release(holder, scratch)
        try verify(scratch)

        usleep(3_000_000)
        // Whatever the first one came to do, the next one has something to do.
        for seed: UInt64 in [78, 79] {
            try Disk.write(Disk.random(1 << 20, seed: seed), to: scratch("disk"))
            try scratch.capture("disk")
        }
        let again = try holdGate(scratch)
        let other = try Program.start(words, in: scratch)
        try other.wait { server.log.components(separatedBy: "prune begins").count == 3 }
        server.process.signal(SIGTERM)
        try server.process.wait { server.log.contains("told to end") }
        // Who waits for the gate looks now and then whether it is to stop.
        usleep(2_000_000)
        try release(again, scratch)
        let told = try other.wait()
        #expect(told.status == 5 && told.errors.contains("run it again"), "\(told)")
        let ended = try server.process.wait(seconds: 20)
        #expect(ended.status == 0, "\(ended)")
        try verify(scratch)
    }
}
