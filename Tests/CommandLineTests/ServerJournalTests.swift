import Foundation
import ProgramHarness
import Testing

/// Journals that are written through a server, which rolls them up: compared with the same journal in a directory.
@Suite struct ServerJournalTests {
    private static let size = 8 << 20

    /// Two and a half hours of writes, a segment every minute: small ones inside segments, large ones in packs, some of them
    /// again elsewhere; a gap, marks. `pauses` are left for the server.
    private static func script(pauses: Bool) -> [String] {
        var generator: UInt64 = 7
        func next(_ limit: Int) -> Int {
            generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(generator >> 33) % limit
        }
        var script: [String] = []
        for minute in 0..<150 {
            for second in 0..<3 {
                let length = (1 + next(32)) * 512
                let offset = next((size - length) / 512) * 512
                let kind = ["write", "write", "write", "zero", "discard"][next(5)]
                let seed = kind == "write" ? " \(1 + next(60))" : ""
                script.append("\(kind) \(minute * 60 + second * 20) 0 \(offset) \(length)\(seed)")
            }
            if minute % 40 == 10 {
                // More than fits a segment; the second of them is known by then.
                for place in [0, 3] { script.append("write \(minute * 60 + 50 + place) 0 \(place << 20) 1048576 900") }
                script.append("publish")
                script.append("write \(minute * 60 + 55) 0 \(5 << 20) 1048576 900")
            }
            if minute == 30 { script.append("mark label half way") }
            if minute == 77 { script += ["gap agent", "endgap \(minute * 60 + 58)"] }
            script.append("publish")
            if pauses, minute == 40 || minute == 110 { script.append("wait 8") }
        }
        return script
    }

    private func prepare() throws -> (Scratch, SecureServer) {
        let scratch = try Scratch()
        let server = try SecureServer(scratch)
        try Disk.write(Disk.random(Self.size, seed: 5), to: scratch("disk"))
        try scratch.capture("disk")
        return (scratch, server)
    }

    /// Positions after each line, as `Scratch.feed` gives them.
    private func feed(_ script: [String], _ server: SecureServer, _ token: String) throws -> [String] {
        let scratch = server.scratch
        try Disk.write(Array((script.joined(separator: "\n") + "\n").utf8), to: scratch("server-script"))
        return positions(try scratch.sh("\(feeder(server, token)) < server-script"))
    }

    /// The shell command that writes what it reads into the server's journal.
    private func feeder(_ server: SecureServer, _ token: String) -> String {
        "LIFEBOAT_TOKEN=\(token) exec '\(Program.feeder)' \(server.url) web01 \(server.fingerprint)"
    }

    /// How often the server has rolled up.
    private func rollUps(_ server: SecureServer) -> Int {
        server.log.components(separatedBy: "history rolled up").count - 1
    }

    private func positions(_ fed: String) -> [String] {
        fed.split(separator: "\n").dropFirst().map { line in
            "@" + line.split(separator: ".").map { "\(UInt64($0) ?? 0)" }.joined(separator: ".")
        }
    }

    private func timeline(_ scratch: Scratch, _ access: [String]) throws -> JSON {
        try scratch.lifeboat(["timeline", "web01", "--all", "--json"] + access).expecting(0).json()
    }

    private func contents(_ scratch: Scratch, _ access: [String], at state: String) throws -> [UInt8] {
        try scratch.sh("rm -f out; truncate -s \(Self.size) out")
        _ = try scratch.lifeboat(
            ["restore", "web01", "--at", state, "--disk", "0=out", "--confirm", "out", "--quiet"] + access
        ).expecting(0)
        return try scratch.read("out")
    }

    @Test("the server rolls up what a capture token adds; every state is that of the same journal in a directory")
    func rollsUp() throws {
        let (scratch, server) = try prepare()
        try scratch.sh("cp -a repository plain")
        let token = try server.token("--capture", "--host", "web01")
        let there = server.access(try server.token("--restore"))
        let here = ["--repository", "plain"]
        let script = Self.script(pauses: true)
        let positions = try feed(script, server, token)
        #expect(positions.count == script.count)
        let rolled = rollUps(server)
        #expect(rolled >= 1, "\(server.log)")
        try server.process.wait { rollUps(server) > rolled }
        let fed = try scratch.feed(script.filter { !$0.hasPrefix("wait") }, to: "plain")

        let remote = try timeline(scratch, there)
        let local = try timeline(scratch, here)
        for member in ["oldest", "newest", "marks", "gaps"] {
            #expect(remote[member] == local[member], "\(member): \(remote[member]) \(local[member])")
        }
        // In which hour a write of a joined segment lies is an estimate; how many there are is not.
        let writes = [remote, local].map { $0["activity"].list.reduce(0) { $0 + ($1["writes"].int ?? 0) } }
        #expect(writes[0] == writes[1] && writes[0] > 450, "\(writes)")
        // Rolled up there: at most a few segments wait, and hours have become one delta.
        #expect((remote["segments"]["count"].int ?? .max) * 2 < (local["segments"]["count"].int ?? 0))
        let states = [0, 40, 170, 260, 333, fed.positions.count - 1].map { fed.positions[$0] }
        for (first, second) in zip(states, states.dropFirst()) {
            let words = ["diff", "web01", "--at", first, "--and", second, "--all", "--json"]
            let a = try scratch.lifeboat(words + there).expecting(0).json()
            let b = try scratch.lifeboat(words + here).expecting(0).json()
            #expect(a["disks"] == b["disks"])
        }
        for state in states {
            #expect(try contents(scratch, there, at: state) == contents(scratch, here, at: state), "\(state)")
        }
        for repository in ["repository", "plain"] {
            _ = try scratch.lifeboat("verify", "--deep", "--quiet", "--repository", repository).expecting(0)
        }
        #expect(!server.log.contains("could not be rolled up"), "\(server.log)")
    }

    @Test("a writer that publishes as fast as it can beside roll-ups keeps its epoch and loses nothing")
    func collides() throws {
        let (scratch, server) = try prepare()
        let token = try server.token("--capture", "--host", "web01")
        // Heads come all the time, for as long as it takes until both have happened more than once: heads that joined
        // segments, and heads of the writer that came too late for them.
        let lines = """
            second=0
            until [ -e enough ] && [ $second -ge 1800 ]; do
                echo "write $second 0 $((second % 500 * 4096)) 4096 $((second + 1))"; echo publish
                second=$((second + 1))
            done
            """
        let writer = try Child(["bash", "-c", "(\(lines)) | \(feeder(server, token)) > fed"], in: scratch.path)
        try server.process.wait { rollUps(server) > 2 && server.log.contains("status=412") }
        try scratch.sh("touch enough")
        _ = try writer.wait().expecting(0)
        let positions = try positions(String(decoding: scratch.read("fed"), as: UTF8.self))
        #expect(Set(positions.map { $0.split(separator: ".")[0] }).count == 1)
        let there = server.access(try server.token("--restore"))
        var expected = try scratch.read("disk")
        for second in 0..<positions.count / 2 {
            expected.replaceSubrange(
                second % 500 * 4096..<(second % 500 + 1) * 4096, with: Disk.random(4096, seed: UInt64(second + 1)))
        }
        #expect(try contents(scratch, there, at: positions[positions.count - 1]) == expected)
        _ = try scratch.lifeboat("verify", "--deep", "--quiet", "--repository", "repository").expecting(0)
    }

    @Test("what waits when a server starts is rolled up; a scan takes over from a writer, which is refused")
    func startsAndFences() throws {
        let (scratch, server) = try prepare()
        let token = try server.token("--capture", "--host", "web01")
        let script = (0..<40).flatMap { ["write \($0 * 60) 0 0 4096 \($0 + 1)", "publish"] }
        _ = try scratch.feed(script)
        try server.restart()
        try server.process.wait { server.log.contains("history rolled up") }
        // The writer holds the host's lease: a scan has to wait.
        try Disk.write(Array("write 9000 0 0 4096 1\npublish\nwait 3\n".utf8), to: scratch("s"))
        let writer = try Child(["bash", "-c", "\(feeder(server, token)) < s"], in: scratch.path)
        try writer.wait { writer.output.split(separator: "\n").count > 2 || server.log.contains("capture begins") }
        let early = try server.capture(token)
        #expect(early.status == 3 && early.errors.contains("Another capture of web01 is running"), "\(early)")
        _ = try writer.wait().expecting(0)
        _ = try server.capture(token).expecting(0)
        _ = try scratch.lifeboat("verify", "--deep", "--quiet", "--repository", "repository").expecting(0)
    }
}
