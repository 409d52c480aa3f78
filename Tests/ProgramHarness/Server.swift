import Foundation

/// A web server on 127.0.0.1 over a directory: `lifeboat serve`, or nginx as somebody would set it up.
package final class Server: Sendable {
    package let port: Int
    package let process: Child
    package var url: String { "http://127.0.0.1:\(port)" }

    private init(port: Int, process: Child) {
        self.port = port
        self.process = process
    }

    /// `lifeboat serve` on a port that the kernel chose, once it listens.
    package static func lifeboat(
        _ repository: String, _ options: [String] = [], in scratch: Scratch
    ) throws -> Server {
        let words = ["serve", "--repository", repository, "--listen", "127.0.0.1:0"] + options
        let process = try Program.start(words, in: scratch)
        try process.wait { process.output.contains("\n") }
        let digits = process.output.split(separator: ":").last?.prefix { $0.isNumber } ?? ""
        guard let port = Int(digits), process.output.hasPrefix("Serving ") else {
            throw HarnessError("lifeboat serve says \(process.output)")
        }
        scratch.keep(process)
        return Server(port: port, process: process)
    }

    /// nginx with its listing off, on any port or on a given one; `settings` go into its server block.
    package static func nginx(
        _ root: String, settings: String = "", port: Int? = nil, in scratch: Scratch
    ) throws -> Server {
        for _ in 0..<5 {
            let port = port ?? Int.random(in: 20_000..<32_000)
            let folder = scratch("nginx-\(UUID().uuidString.prefix(8))")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path t-\($0);" }
            let configuration = """
                daemon off; master_process off; user root; pid nginx.pid;
                events { worker_connections 64; }
                http {
                    \(temporary.joined(separator: " "))
                    access_log off;
                    server { listen 127.0.0.1:\(port); root \(root); autoindex off; \(settings) }
                }
                """
            try Disk.write(Array(configuration.utf8), to: folder + "/nginx.conf")
            let process = try Child(["nginx", "-p", folder, "-c", "nginx.conf", "-e", "error.log"], in: scratch.path)
            let server = Server(port: port, process: process)
            scratch.keep(process)
            // Another process may have the port: then nginx ends, and another port is tried.
            let deadline = ContinuousClock.now + .seconds(20)
            while process.isRunning, ContinuousClock.now < deadline {
                if Socket.answers(port), process.isRunning { return server }
                usleep(5_000)
            }
        }
        throw HarnessError("nginx does not start")
    }

    /// Ends it as an administrator does; throws unless it ends within `seconds`.
    @discardableResult
    package func stop(seconds: Double = 20) throws -> Outcome {
        process.signal(SIGTERM)
        return try process.wait(seconds: seconds)
    }
}
