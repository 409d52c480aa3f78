import Foundation
import ProgramHarness
import Testing

/// `lifeboat prune` at a server: with an admin token as in the directory, with any other not at all.
@Suite struct ServerPruneTests {
    private func prepare(megabytes: Int = 4, moments: Int = 2) throws -> (Scratch, SecureServer) {
        let scratch = try Scratch()
        let server = try SecureServer(scratch)
        for number in 0..<moments {
            try Disk.write(Disk.random(megabytes << 20, seed: UInt64(100 + number)), to: scratch("disk"))
            try scratch.capture("disk")
        }
        return (scratch, server)
    }

    private func prune(_ server: SecureServer, _ token: String?, _ words: String...) throws -> Outcome {
        try server.scratch.lifeboat(["prune", "--quiet"] + server.access(token) + words)
    }

    private func objects(_ scratch: Scratch) throws -> String {
        try scratch.sh(
            "cd repository && mkdir -p condemned && find hosts packs condemned -type f | LC_ALL=C sort | xargs sha256sum"
        )
    }

    private func verify(_ scratch: Scratch) throws {
        _ = try scratch.lifeboat("verify", "--deep", "--quiet", "--repository", "repository").expecting(0)
    }

    @Test("an admin token frees what the dry run said, as text and as JSON, with the words of a prune in the directory")
    func frees() throws {
        let (scratch, server) = try prepare()
        let admin = try server.token("--admin")
        let before = try objects(scratch)
        let words = ["--keep", "year:forever", "--grace", "0s"]
        let expected = try prune(server, admin, words[0], words[1], words[2], words[3], "--dry-run", "--json")
            .expecting(0).json()
        #expect(expected["dryRun"].bool == true && (expected["freedBytes"].int ?? 0) > 3 << 20)
        #expect(expected["repository"].text == server.url)
        #expect(try objects(scratch) == before)
        // The same words as in the directory.
        let here = try scratch.lifeboat(["prune", "--quiet", "--repository", "repository", "--dry-run"] + words)
        let there = try prune(server, admin, words[0], words[1], words[2], words[3], "--dry-run")
        #expect(here.status == 0 && there.status == 0 && here.output == there.output, "\(here)\n\(there)")

        let report = try prune(server, admin, words[0], words[1], words[2], words[3], "--json").expecting(0).json()
        #expect(report["freedBytes"].int == expected["freedBytes"].int)
        #expect(report["freedObjects"].int == expected["freedObjects"].int)
        #expect(report["hosts"][0]["droppedMoments"].int == 1)
        try verify(scratch)
        let reader = try server.token("--restore")
        _ = try scratch.lifeboat(
            ["restore", "web01", "--quiet", "--disk", "0=out", "--confirm", "out"] + server.access(reader)
        ).expecting(0)
        #expect(try scratch.read("out") == scratch.read("disk"))
        #expect(server.log.contains("prune begins") && server.log.contains("prune ends"))
    }

    @Test("capture and restore tokens, a wrong one and none prune nothing, are told so, and are logged")
    func refused() throws {
        let (scratch, server) = try prepare(megabytes: 1)
        let before = try objects(scratch)
        let known = [try server.token("--capture", "--host", "web01"), try server.token("--restore")]
        for token in known.map(Optional.some) + ["lbt_00000000_00", nil] {
            let outcome = try prune(server, token, "--keep", "year:forever", "--grace", "0s")
            #expect(outcome.status == 3 && outcome.errors.contains("token"), "\(outcome)")
            let dry = try prune(server, token, "--keep", "year:forever", "--dry-run")
            #expect(dry.status == 3, "\(dry)")
            let raw = try server.ask("POST", "/api/v1/prune", token: token)
            #expect(raw.status == (known.contains { $0 == token } ? 403 : 401), "\(raw)")
        }
        #expect(try objects(scratch) == before)
        let lines = server.log.split(separator: "\n").filter { $0.contains("refused") && $0.contains("/api/v1/prune") }
        #expect(
            lines.contains { $0.contains("status=403") } && lines.contains { $0.contains("status=401") }, "\(lines)")
    }

    @Test("what cannot be done is refused with the words of the directory, and the same statuses")
    func badWords() throws {
        let (scratch, server) = try prepare(megabytes: 1)
        let admin = try server.token("--admin")
        func both(_ words: [String], _ status: Int32) throws {
            let here = try scratch.lifeboat(["prune", "--quiet", "--repository", "repository"] + words)
            let there = try scratch.lifeboat(["prune", "--quiet"] + server.access(admin) + words)
            #expect(here.status == status && there.status == status, "\(here)\n\(there)")
            #expect(
                here.errors.replacing("at repository:", with: "") == there.errors.replacing("at repository:", with: "")
                    || here.errors.isEmpty, "\(here)\n\(there)")
        }
        try both(["--keep", "minute:5h"], 3)
        try both(["nobody"], 3)
        try both(["--grace", "soon"], 2)
        try both(["--set"], 2)
        // What the command would not send.
        for (body, words) in [
            (#"{"grace": "-5h"}"#, "--grace needs a length of time"),
            (#"{"grace": "99999999w"}"#, "--grace needs a length of time"),
            (#"{"grace": 5}"#, "cannot be read"), (#"{"policy": "minute:5h"}"#, "is not a retention policy"),
            (#"{"setsPolicy": true}"#, "--set stores the policy"), (#"{"hosts": ["nobody"]}"#, "There is no host"),
            (#"{"dryrun": true}"#, "cannot be read"), ("[]", "cannot be read"), ("", "cannot be read"),
        ] {
            try scratch.sh("rm -f body")
            try Disk.write(Array(body.utf8), to: scratch("body"))
            let answer = try server.ask("POST", "/api/v1/prune", token: admin, upload: "body")
            #expect(answer.status == 400 && answer.text.contains(words), "\(body): \(answer.status) \(answer.text)")
        }
        #expect(try server.ask("GET", "/api/v1/prune", token: admin).status >= 404)
        try verify(scratch)
    }

    @Test("a policy is stored through the server, and each host's own is used from then on")
    func storesPolicy() throws {
        let (scratch, server) = try prepare(megabytes: 1)
        let admin = try server.token("--admin")
        _ = try prune(server, admin, "web01", "--keep", "all:24h day:30d marked", "--set").expecting(0)
        let stored = try scratch.lifeboat("prune", "--repository", "repository", "--quiet").expecting(0)
        #expect(stored.output.contains("web01: all:24h day:30d marked"), "\(stored)")
    }

    @Test("another web server, and one that nobody runs, are told apart")
    func elsewhere() throws {
        let (scratch, _) = try prepare(megabytes: 1, moments: 1)
        let nginx = try Server.nginx(scratch("repository"), in: scratch)
        let other = try scratch.lifeboat("prune", "--quiet", "--repository", nginx.url)
        #expect(other.status == 3 && other.errors.contains("lifeboat serve"), "\(other)")
    }
}
