import Foundation
import ProgramHarness
import RepositoryFormat

/// A client that has a token for one host and sends what it likes.
final class HostileClient {
    let server: SecureServer
    let token: String
    private(set) var capture = ""
    private(set) var host = UUID()

    init(_ server: SecureServer, host: String = "web01") throws {
        self.server = server
        token = try server.token("--capture", "--host", host)
    }

    /// Begins a capture, as every client must.
    func begin(_ name: String = "web01") throws {
        let answer = try server.ask("POST", "/api/v1/hosts/\(name)/captures", token: token)
        guard answer.status == 201 else { throw HarnessError("\(answer.status) \(answer.text)") }
        let json = try JSONDecoder().decode(JSON.self, from: Data(answer.body))
        capture = json["capture"].text ?? ""
        host = UUID(uuidString: json["host"].text ?? "") ?? UUID()
    }

    func put(_ name: String, _ bytes: [UInt8], headers: [String] = []) throws -> SecureServer.Answer {
        try Disk.write(bytes, to: server.scratch("upload"))
        defer { unlink(server.scratch("upload")) }
        return try server.ask(
            "PUT", "/" + name, token: token, headers: ["Lifeboat-Capture: \(capture)"] + headers, upload: "upload")
    }

    /// Sends a pack and its index; the answer to the index, which is when a server looks into it.
    func send(_ pack: MadePack) throws -> SecureServer.Answer {
        let first = try put(pack.name, pack.pack)
        guard [201, 204].contains(first.status) else { return first }
        return try put(pack.indexName, pack.index)
    }

    /// All that readers can see: neither the server's own files nor packs that wait for their index.
    func tree() throws -> String {
        try server.scratch.sh(
            "cd repository && find . -type f -not -path './server/*' -not -path './locks/*' -not -name '.tmp-*' | LC_ALL=C sort"
        )
    }
}
