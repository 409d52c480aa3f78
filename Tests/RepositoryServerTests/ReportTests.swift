import Foundation
import ProgramHarness
import Testing

/// Reports of restores that are left at the server.
@Suite struct ReportTests {
    private static let path = "/api/v1/hosts/web01/reports/20261127T180000Z-restore.txt"

    /// A server with one captured host, the tokens of its capture and of a restore, and a report to send.
    private static func served(_ options: [String]) throws -> (server: SecureServer, capture: String, restore: String) {
        let server = try SecureServer(try Scratch(), options: options)
        try Disk.write(Disk.random(1 << 20, seed: 5), to: server.scratch("disk"))
        let capture = try server.token("--capture", "--host", "web01")
        _ = try server.capture(capture).expecting(0)
        try Disk.write(Array("web01: restored\n\u{1b}[2Jend\n".utf8), to: server.scratch("report"))
        return (server, capture, try server.token("--restore"))
    }

    @Test("who restores leaves one where that is switched on; it is kept, listed and shown, and never replaced")
    func kept() throws {
        let (server, _, restore) = try Self.served(["--reports"])
        #expect(try server.ask("PUT", Self.path, token: restore, upload: "report").status == 201)
        #expect(try server.ask("PUT", Self.path, token: restore, upload: "report").status == 204)
        try Disk.write(Array("another\n".utf8), to: server.scratch("other"))
        let another = try server.ask("PUT", Self.path, token: restore, upload: "other")
        #expect(another.status == 409 && another.text.contains("left as it is"), "\(another.text)")
        let list = try server.scratch.lifeboat("report", "list", "--repository", "repository", "--json").expecting(0)
        let reports = try list.json()
        #expect(reports.list.count == 1 && reports[0]["host"].text == "web01" && reports[0]["sizeInBytes"].int == 24)
        let show = ["report", "show", "web01", "20261127T180000Z-restore.txt", "--repository", "repository"]
        #expect(try server.scratch.lifeboat(show).expecting(0).output == "web01: restored\n?[2Jend\n\n")
        #expect(try server.scratch.sh("stat -c %a repository/server/reports/*/*") == "600")
        // Neither it nor its folder is served, and the repository has nothing that it should not have.
        #expect(try server.ask("GET", Self.path, token: restore).status == 404)
        let verified = try server.scratch.lifeboat("verify", "--repository", "repository")
        #expect(verified.status == 0, "\(verified)")
    }

    @Test("without the switch only who may write leaves one, for its own host")
    func writers() throws {
        let (server, capture, restore) = try Self.served([])
        let refused = try server.ask("PUT", Self.path, token: restore, upload: "report")
        #expect(refused.status == 403 && refused.text.contains("--reports"), "\(refused.text)")
        #expect(try server.ask("PUT", Self.path, upload: "report").status == 401)
        #expect(try server.ask("PUT", Self.path, token: capture, upload: "report").status == 201)
        let other = try server.token("--capture", "--host", "db01")
        #expect(try server.ask("PUT", Self.path, token: other, upload: "report").status == 403)
        let show = ["report", "show", "web01", "nothing.txt", "--repository", "repository"]
        #expect(try server.scratch.lifeboat(show).status != 0)
    }

    @Test(
        "names that are no report's, hosts that are not there, and too many bytes are refused, and nothing is written",
        arguments: [
            ("/api/v1/hosts/web01/reports/.hidden.txt", 400), ("/api/v1/hosts/web01/reports/a.sh", 400),
            ("/api/v1/hosts/web01/reports/..%2f..%2ftokens.json", 400), ("/api/v1/hosts/db01/reports/restore.txt", 404),
            ("/api/v1/hosts/web01/reports/big.json", 413),
        ])
    func refused(path: String, status: Int) throws {
        let (server, _, restore) = try Self.served(["--reports"])
        if status == 413 { try Disk.write(Disk.random(2 << 20, seed: 9), to: server.scratch("report")) }
        let answer = try server.ask("PUT", path, token: restore, upload: "report")
        #expect(answer.status == status, "\(answer.text)")
        #expect(try server.scratch.sh("find repository/server -name '*.txt' -o -name '*.sh' -o -name big.json") == "")
        #expect(try server.scratch.sh("find repository/server -path '*/reports/*' -type f | wc -l") == "0")
    }

    @Test("a server without tokens takes them where that is switched on; a host has only so many")
    func open() throws {
        let scratch = try Scratch()
        _ = try scratch.lifeboat("repository", "init", "repository").expecting(0)
        try Disk.write(Disk.random(1 << 20, seed: 5), to: scratch("disk"))
        let words = ["capture", "--quiet", "--repository", "repository", "--host", "web01", "disk"]
        _ = try scratch.lifeboat(words).expecting(0)
        let server = try Server.lifeboat("repository", ["--reports"], in: scratch)
        let folder = "\(server.url)/api/v1/hosts/web01/reports"
        let put = "curl -s -o answer -w '%{http_code}' -X PUT --data-binary hello '\(folder)/"
        #expect(try scratch.sh("\(put)a.txt'") == "201")
        try scratch.sh("cd repository/server/reports/*; for n in $(seq 199); do echo > $n.txt; done")
        #expect(try scratch.sh("\(put)b.txt'") == "507")
        #expect(try scratch.sh("\(put)a.txt'") == "204")
    }
}
