import Foundation
import ProgramHarness
import Testing

/// Captures and restores through `lifeboat serve` with TLS and tokens, as two machines would do it.
@Suite struct ServerCaptureTests {
    private func prepare(megabytes: Int = 8, options: [String] = []) throws -> (Scratch, SecureServer) {
        let scratch = try Scratch()
        try Disk.write(Disk.random(megabytes << 20, seed: 3), to: scratch("disk"))
        return (scratch, try SecureServer(scratch, options: options))
    }

    private func restore(_ server: SecureServer, _ token: String?, host: String = "web01", to target: String) throws
        -> Outcome
    {
        let scratch = server.scratch
        try scratch.sh("rm -f '\(target)'; truncate -s \(try Disk.read(scratch("disk")).count) '\(target)'")
        let words =
            ["restore", host, "--quiet", "--json", "--disk", "0=\(target)", "--confirm", target]
            + server.access(token)
        return try scratch.lifeboat(words)
    }

    @Test("what one machine captures over https another restores; the second capture sends only what is new")
    func roundTrip() throws {
        let (scratch, server) = try prepare()
        let capture = try server.token("--capture", "--host", "web01")
        let restore = try server.token("--restore", "--host", "web01")
        let first = try server.capture(capture).expecting(0).json()
        #expect(first["newBytes"].int == 8 << 20)
        #expect(try self.restore(server, restore, to: "t").expecting(0).json()["isVerified"].bool == true)
        #expect(try scratch.read("t") == scratch.read("disk"))

        try Disk.write(Disk.random(64 << 10, seed: 4), to: scratch("disk"), at: 4 << 20)
        let before = try server.bytesReceived()
        let second = try server.capture(capture).expecting(0).json()
        let sent = try server.bytesReceived() - before
        #expect((second["newBytes"].int ?? 0) < 1 << 20)
        #expect(sent < 2 << 20, "\(sent) bytes were sent")
        _ = try self.restore(server, restore, to: "t").expecting(0)
        #expect(try scratch.read("t") == scratch.read("disk"))

        // Another host's equal disk takes no room, and what is stored is whole.
        let other = try server.capture(server.token("--capture", "--host", "web02"), host: "web02").expecting(0).json()
        #expect(other["newBytes"].int == 0)
        _ = try scratch.lifeboat("verify", "--deep", "--quiet", "--repository", server.repository).expecting(0)
    }

    @Test("a wrong key, a wrong, expired or revoked token, and another host's token are refused, and nothing is added")
    func refused() throws {
        let (scratch, server) = try prepare(megabytes: 1)
        let token = try server.token("--capture", "--host", "web01")
        _ = try server.capture(token).expecting(0)
        let wrongKey = String(repeating: "0", count: 64)
        let words = ["capture", "--quiet", "--host", "web01", "--repository", server.url, "--token", token, "disk"]
        let impostor = try scratch.lifeboat(words + ["--fingerprint", wrongKey])
        #expect(impostor.status == 5 && impostor.errors.contains("fingerprint"), "\(impostor)")
        let unknown = try scratch.lifeboat(words)
        #expect(unknown.status == 5 && unknown.errors.contains("--fingerprint"), "\(unknown)")
        let dead = try server.token("--capture", "--host", "web01", "--expires", "1s")
        let revoked = try server.token("--capture", "--host", "web01")
        let id = revoked.split(separator: "_")[1]
        _ = try scratch.lifeboat("token", "revoke", String(id), "--repository", server.repository).expecting(0)
        let other = try server.token("--capture", "--host", "web02")
        let reader = try server.token("--restore")
        try scratch.sh("sleep 1.1")
        for bad in [dead, revoked, other, reader, String(token.dropLast()) + "x", "lbt_00000000_00"] {
            let outcome = try server.capture(bad)
            #expect(outcome.status != 0 && !outcome.errors.contains(bad), "\(outcome)")
        }
        let none = try scratch.lifeboat(["hosts", "--repository", server.url, "--fingerprint", server.fingerprint])
        #expect(none.status != 0)
        let listed = try scratch.lifeboat(["timeline", "web01", "--json"] + server.access(reader)).expecting(0).json()
        #expect(listed["moments"].list.count == 1)
        #expect(server.log.contains("refused") && server.log.contains(String(id)))
        #expect(!server.log.contains(token) && !server.log.contains(revoked))
    }

    @Test("two hosts are captured at once, one of them is killed, and the other's moment and the next one are whole")
    func killed() throws {
        let (scratch, server) = try prepare(megabytes: 24, options: ["--lease", "1"])
        try Disk.write(Disk.random(24 << 20, seed: 9), to: scratch("disk2"))
        let one = try server.token("--capture", "--host", "web01")
        let two = try server.token("--capture", "--host", "web02")
        let words = ["capture", "--quiet", "--host", "web02"] + server.access(two) + ["disk2"]
        let victim = try Program.start(words, in: scratch)
        try victim.wait { server.log.contains("host=web02") }
        let survivor = try Program.start(
            ["capture", "--quiet", "--host", "web01"] + server.access(one) + ["disk"], in: scratch)
        usleep(300_000)
        victim.signal(SIGKILL)
        _ = try victim.wait()
        _ = try survivor.wait().expecting(0)
        // The lease of the killed one runs out.
        let deadline = ContinuousClock.now + .seconds(30)
        var again = try server.capture(two, host: "web02", "disk2")
        while again.status == 3, ContinuousClock.now < deadline {
            again = try server.capture(two, host: "web02", "disk2")
        }
        _ = try again.expecting(0)
        let reader = try server.token("--restore")
        _ = try restore(server, reader, to: "t").expecting(0)
        _ = try restore(server, reader, host: "web02", to: "t2").expecting(0)
        #expect(try scratch.read("t") == scratch.read("disk"))
        #expect(try scratch.read("t2") == scratch.read("disk2"))
        _ = try scratch.lifeboat("verify", "--deep", "--quiet", "--repository", server.repository).expecting(0)
    }

    @Test("a second capture of a host is told to wait; one that was overtaken is refused, and says so")
    func fenced() throws {
        let (scratch, server) = try prepare(megabytes: 32, options: ["--lease", "2"])
        let token = try server.token("--capture", "--host", "web01")
        let words = ["capture", "--quiet", "--host", "web01"] + server.access(token) + ["disk"]
        let stale = try Program.start(words, in: scratch)
        try stale.wait { server.log.contains("capture begins") }
        stale.signal(SIGSTOP)
        let early = try server.capture(token)
        #expect(early.status == 3 && early.errors.contains("Another capture of web01 is running"), "\(early)")
        let deadline = ContinuousClock.now + .seconds(30)
        var taken = early
        while taken.status == 3, ContinuousClock.now < deadline { taken = try server.capture(token) }
        _ = try taken.expecting(0)
        stale.signal(SIGCONT)
        let outcome = try stale.wait()
        #expect(outcome.status == 3 && outcome.errors.contains("taken over"), "\(outcome)")
        let listed = try scratch.lifeboat("timeline", "web01", "--json", "--repository", server.repository)
            .expecting(0).json()
        #expect(listed["moments"].list.count == 1)
    }

    @Test("a server that is killed keeps what was durable; a lost or damaged index is made again from the packs")
    func serverKilled() throws {
        let (scratch, server) = try prepare(megabytes: 8)
        let token = try server.token("--capture", "--host", "web01")
        _ = try server.capture(token).expecting(0)
        for script in [
            "rm repository/server/chunks.lmdb*", "head -c 100000 /dev/urandom > repository/server/chunks.lmdb", "true",
        ] {
            try server.restart { try scratch.sh(script) }
            let again = try server.capture(token).expecting(0).json()
            #expect(again["newBytes"].int == 0, "after \(script)")
        }
        // Packs that a capture on the server itself added are known as well.
        try Disk.write(Disk.random(2 << 20, seed: 44), to: scratch("local"))
        let words = ["capture", "--quiet", "--repository", server.repository, "--host", "local", "local"]
        _ = try scratch.lifeboat(words).expecting(0)
        let known = try server.capture(token, "local").expecting(0).json()
        #expect(known["newBytes"].int == 0)
    }

    @Test("a full disk at the server ends the capture with the reason; nothing half-written is seen, and room mends it")
    func fullDisk() throws {
        let scratch = try Scratch()
        try Disk.write(Disk.random(24 << 20, seed: 3), to: scratch("disk"))
        try scratch.sh("mkdir small; mount -t tmpfs -o size=12m none small")
        let server = try SecureServer(scratch, repository: "small/repository")
        let token = try server.token("--capture", "--host", "web01")
        let full = try server.capture(token)
        #expect(full.status == 1 && full.errors.contains("no room left"), "\(full)")
        #expect(full.errors.contains("No moment was added"), "\(full)")
        let hosts = try scratch.lifeboat("hosts", "--json", "--repository", server.repository).expecting(0).json()
        #expect(hosts.list.isEmpty)
        #expect(server.process.isRunning)
        try scratch.sh("mount -o remount,size=64m small")
        _ = try server.capture(token).expecting(0)
        _ = try scratch.lifeboat("verify", "--deep", "--quiet", "--repository", server.repository).expecting(0)
    }
}
