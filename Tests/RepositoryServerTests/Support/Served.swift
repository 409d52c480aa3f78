import Foundation
import ProgramHarness

/// A small repository behind `lifeboat serve`, for one test.
struct Served {
    let scratch: Scratch
    let server: Server
    let repository: String
    /// Names of objects: one pack, its index, a map page, the head, the pointer.
    let pack: String
    let index: String
    let head: String
    let pointer: String

    /// `megabytes` of data lie in its pack; the host's name is "web 01/ü" but for the slash.
    init(megabytes: Int = 2, host: String = "web 01 ü") throws {
        scratch = try Scratch()
        repository = scratch("repository")
        _ = try scratch.lifeboat("repository", "init", "repository").expecting(0)
        try Disk.write(Disk.random(megabytes << 20, seed: 17), to: scratch("disk"))
        for label in ["first", "second"] {
            let words = ["capture", "--quiet", "--repository", "repository", "--host", host, "--label", label, "disk"]
            _ = try scratch.lifeboat(words).expecting(0)
        }
        let names = try scratch.sh("cd repository && find packs hosts -type f | LC_ALL=C sort").split(separator: "\n")
        func name(_ matches: (Substring) -> Bool) throws -> String {
            guard let found = names.first(where: matches) else { throw HarnessError("not among \(names)") }
            return String(found)
        }
        pack = try name { $0.hasPrefix("packs/") && !$0.hasSuffix(".index") }
        index = try name { $0.hasSuffix(".index") }
        head = try name { $0.contains("/heads/") }
        pointer = try name { $0.hasSuffix("/head") }
        server = try Server.lifeboat(repository, in: scratch)
    }

    /// Asks as curl does; `options` go before the address.
    func ask(_ path: String, _ options: String = "") throws -> Answer {
        try scratch.sh("rm -f .head .body")
        let status = try scratch.sh(
            "curl -s -g --path-as-is -m 30 -D .head -o .body -w '%{http_code}' \(options) '\(server.url)\(path)'")
        let head = try scratch.sh("cat .head")
        let body = try scratch.sh("touch .body; wc -c < .body") == "0" ? [] : scratch.read(".body")
        return Answer(status: Int(status) ?? 0, head: head, body: body)
    }

    struct Answer {
        let status: Int
        let head: String
        let body: [UInt8]

        /// A header by its name in lower case.
        subscript(_ name: String) -> String? {
            for line in head.split(whereSeparator: \.isNewline) {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2, parts[0].lowercased() == name { return parts[1].drop { $0 == " " }.description }
            }
            return nil
        }

        func json() throws -> JSON { try JSONDecoder().decode(JSON.self, from: Data(body)) }
    }
}
