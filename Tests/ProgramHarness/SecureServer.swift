import Foundation

/// `lifeboat serve` with TLS and tokens over a repository of a scratch directory.
package final class SecureServer {
    package let scratch: Scratch
    /// Path of the repository below the scratch directory.
    package let repository: String
    package let fingerprint: String
    package private(set) var process: Child
    package private(set) var port: Int
    private let options: [String]

    package var url: String { "https://127.0.0.1:\(port)" }
    /// What the server logged.
    package var log: String { process.errors }

    /// Makes the repository unless it is there, a certificate, a token for `first`, and starts it.
    package init(_ scratch: Scratch, repository: String = "repository", options: [String] = []) throws {
        self.scratch = scratch
        self.repository = repository
        self.options = options
        if !FileManager.default.fileExists(atPath: scratch("\(repository)/lifeboat.json")) {
            _ = try scratch.lifeboat("repository", "init", repository).expecting(0)
        }
        let made = try scratch.lifeboat("serve", "--repository", repository, "--init").expecting(0)
        fingerprint = made.output.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
        _ = try scratch.lifeboat("token", "add", "--repository", repository, "--admin").expecting(0)
        (process, port) = try Self.start(scratch, repository, options, port: 0)
    }

    private static func start(
        _ scratch: Scratch, _ repository: String, _ options: [String], port: Int
    ) throws -> (Child, Int) {
        let words = ["serve", "--repository", repository, "--listen", "127.0.0.1:\(port)"] + options
        let process = try Program.start(words, in: scratch)
        try process.wait { process.output.contains("Fingerprint") }
        let line = process.output.split(separator: "\n").first ?? ""
        guard let port = Int(line.split(separator: ":").last?.prefix { $0.isNumber } ?? "") else {
            throw HarnessError("lifeboat serve says \(process.output)")
        }
        return (process, port)
    }

    /// Kills it and starts another on the same port; `between` runs while none is there.
    package func restart(between: () throws -> Void = {}) throws {
        process.signal(SIGKILL)
        _ = try process.wait()
        try between()
        (process, port) = try Self.start(scratch, repository, options, port: port)
    }

    /// A new token, made as `lifeboat token add` makes it.
    package func token(_ words: String...) throws -> String {
        let made = try scratch.lifeboat(["token", "add", "--repository", repository] + words).expecting(0)
        return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Options of a command that goes to this server.
    package func access(_ token: String?) -> [String] {
        ["--repository", url, "--fingerprint", fingerprint] + (token.map { ["--token", $0] } ?? [])
    }

    package func capture(_ token: String, host: String = "web01", _ disk: String = "disk") throws -> Outcome {
        try scratch.lifeboat(["capture", "--quiet", "--json", "--host", host] + access(token) + [disk])
    }

    package struct Answer {
        package let status: Int
        package let body: [UInt8]
        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Asks with curl; `upload` is a file of the scratch directory.
    package func ask(
        _ method: String, _ path: String, token: String? = nil, headers: [String] = [], upload: String? = nil
    ) throws -> Answer {
        var options = "-X \(method)"
        if method == "HEAD" { options = "--head" }
        if let token { options += " -H 'Authorization: Bearer \(token)'" }
        for header in headers { options += " -H '\(header)'" }
        if let upload { options += " -H Expect: --data-binary '@\(upload)'" }
        try scratch.sh("rm -f .answer; touch .answer")
        let status = try scratch.sh(
            "curl -sk -g --path-as-is -m 60 -o .answer -w '%{http_code}' \(options) '\(url)\(path)' || true")
        return Answer(
            status: Int(status) ?? 0, body: try scratch.sh("wc -c < .answer") == "0" ? [] : scratch.read(".answer"))
    }

    /// Bytes that the server received by all its connections so far are not told by it: `rchar` of the process is.
    package func bytesReceived() throws -> Int {
        let text = try scratch.sh("awk '/^rchar/ { print $2 }' /proc/\(process.pid)/io")
        return Int(text) ?? 0
    }
}
