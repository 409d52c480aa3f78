import Foundation
import ProgramHarness
import Testing

/// The same repository from a directory, from nginx, from `lifeboat serve`; and one that cannot be reached.
@Suite struct TransportTests {
    @Test("a directory, nginx without listing, and lifeboat serve give the same disks", arguments: [0, 1])
    func sameDisks(moment: Int) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let servers = [
            try Server.nginx(sample.scratch.path, in: scratch), try Server.lifeboat(sample.repository, in: scratch),
        ]
        let places = [sample.repository, servers[0].url + "/repository", servers[1].url, servers[1].url + "/"]
        #expect(try scratch.sh("curl -s -o /dev/null -w '%{http_code}' \(servers[0].url)/repository/") == "403")
        for (number, place) in places.enumerated() {
            try SoiledDisk.make("t\(number)", bytes: sample.size + 4096, in: scratch)
            let report = try scratch.restore(from: place, at: sample.moments[moment], to: "t\(number)").expecting(0)
                .json()
            #expect(report["isVerified"].bool == true)
        }
        let first = try scratch.read("t0")
        for number in 1..<places.count { #expect(try scratch.read("t\(number)") == first, "\(places[number])") }
    }

    @Test("lists and verification read over HTTP what they read from the directory")
    func lists() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let server = try Server.nginx(sample.scratch.path, in: scratch)
        for words in [["hosts"], ["timeline", "web01"]] {
            let near = try scratch.lifeboat(words + ["--json", "--repository", sample.repository]).expecting(0)
            let far = try scratch.lifeboat(words + ["--json", "--repository", server.url + "/repository"]).expecting(0)
            #expect(near.output == far.output)
        }
        let report = try scratch.lifeboat("verify", "--deep", "--json", "--repository", server.url + "/repository")
            .expecting(0).json()
        #expect(report["counts"]["moments"].int == 2)
    }

    @Test("damage over HTTP is damage, with the object's name")
    func damage() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        let pack = try #require(sample.newObjects.first { $0.hasPrefix("packs/") && !$0.hasSuffix(".index") })
        let server = try Server.nginx(repository, in: scratch)
        for script in ["truncate -s -1 '\(repository)/\(pack)'", "rm '\(repository)/\(pack)'"] {
            try scratch.sh(script)
            let outcome = try scratch.restore(from: server.url, to: "t")
            #expect(outcome.status == 4 && outcome.errors.contains("Nothing was written."), "\(outcome)")
            let report = try scratch.lifeboat("verify", "--json", "--repository", server.url).expecting(4).json()
            #expect(report["damages"].list.compactMap { $0["object"].text } == [pack])
        }
    }

    @Test(
        "a server that is not there, and one that never answers, are unreachable within half a minute",
        arguments: [true, false])
    func unreachable(listens: Bool) throws {
        let scratch = try Scratch()
        try SoiledDisk.make("t", bytes: 4 << 20, in: scratch)
        let before = try scratch.read("t")
        let silent = try Socket.silent()
        let url = listens ? "http://127.0.0.1:\(silent.port)/r" : "http://127.0.0.1:9/r"
        let words = ["restore", "web01", "--repository", url, "--disk", "0=t", "--confirm", "t"]
        let outcome = try Program.run(words, in: scratch, seconds: 60)
        #expect(outcome.status == 5, "\(outcome)")
        for word in [url, "Nothing was written.", "Check the network"] {
            #expect(outcome.errors.contains(word), "\(outcome)")
        }
        #expect(try scratch.read("t") == before)
    }

    @Test("an address without a repository is none, and a scheme that is not known is refused")
    func wrongAddress() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let server = try Server.nginx(sample.scratch.path, in: scratch)
        for url in [server.url, server.url + "/nowhere", "ftp://127.0.0.1/r", "s3://bucket/r", ""] {
            let outcome = try scratch.lifeboat("hosts", "--repository", url)
            #expect(outcome.status == 3, "\(outcome)")
        }
    }

    @Test("a restore goes on when the server comes back, and says so meanwhile")
    func serverComesBack() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let first = try Server.nginx(sample.scratch.path, settings: "limit_rate 400k;", in: scratch)
        let words = [
            "restore", "web01", "--repository", first.url + "/repository", "--disk", "0=t", "--confirm", "t", "--json",
        ]
        let restore = try Program.start(words, in: scratch)
        try restore.wait { ((try? scratch.sh("stat -c %b t")) ?? "0") != "0" }
        first.process.signal(SIGKILL)
        _ = try first.process.wait()
        try restore.wait { restore.errors.contains("Connection lost, trying again") }
        let second = try Server.nginx(sample.scratch.path, port: first.port, in: scratch)
        let report = try restore.wait().expecting(0).json()
        #expect(report["isVerified"].bool == true)
        let complaints = Judge.complaints(
            captured: sample.disks[1], restored: try scratch.read("t"), free: sample.free[1])
        #expect(complaints == [])
        #expect(second.process.isRunning)
    }
}
