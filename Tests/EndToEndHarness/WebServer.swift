import Foundation

/// A web server on the loopback interface of this machine; a guest reaches it as 10.0.2.2.
package final class WebServer {
    package let port: UInt16
    private let process: BackgroundProcess
    private let directory: TemporaryDirectory

    /// The same on a network of a further card ("10.0.11").
    package func address(inNetwork network: String) -> String { "http://\(network).2:\(port)" }
    /// The address of the tree, as seen from inside an emulated machine.
    package var addressInGuest: String { "http://10.0.2.2:\(port)" }
    /// The address of the tree on this machine.
    package var address: String { "http://127.0.0.1:\(port)" }

    /// Starts Lifeboat's own server.
    package static func lifeboat(program: String, repository: String, log: String) throws -> WebServer {
        let port = try freePort()
        let words = [program, "serve", "--repository", repository, "--listen", "127.0.0.1:\(port)"]
        return try WebServer(port: port, words: words, directory: TemporaryDirectory(), log: log)
    }

    /// Starts nginx over the tree as plain files, with its listing off.
    ///
    /// - Parameters:
    ///   - kilobytesPerSecond: what each connection gets at most.
    ///   - port: one that was another server's before.
    package static func nginx(
        root: String, log: String, kilobytesPerSecond: Int? = nil, port: UInt16? = nil
    ) throws -> WebServer {
        let port = try port ?? freePort()
        let directory = try TemporaryDirectory()
        let settings = """
            daemon off;
            user root;
            worker_processes 2;
            pid \(directory.file("pid"));
            error_log \(directory.file("error.log"));
            events {}
            http {
                access_log off;
                client_body_temp_path \(directory.file("body"));
                proxy_temp_path \(directory.file("proxy"));
                fastcgi_temp_path \(directory.file("fastcgi"));
                uwsgi_temp_path \(directory.file("uwsgi"));
                scgi_temp_path \(directory.file("scgi"));
                server { listen 127.0.0.1:\(port); root \(root); autoindex off; limit_rate \(kilobytesPerSecond ?? 0)k; }
            }
            """
        try settings.write(toFile: directory.file("nginx.conf"), atomically: false, encoding: .utf8)
        let words = [
            "nginx", "-p", directory.path, "-e", directory.file("error.log"), "-c", directory.file("nginx.conf"),
        ]
        return try WebServer(port: port, words: words, directory: directory, log: log)
    }

    package func stop() {
        process.stop()
    }

    private init(port: UInt16, words: [String], directory: TemporaryDirectory, log: String) throws {
        self.port = port
        self.directory = directory
        process = try BackgroundProcess(words, output: log)
        let deadline = Date(timeIntervalSinceNow: 30)
        while !Self.accepts(port) {
            guard process.isRunning, Date() < deadline else {
                process.stop()
                let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""  // the message stands without it
                throw HarnessError("\"\(words.joined(separator: " "))\" does not listen on port \(port):\n\(said)")
            }
            usleep(50_000)
        }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func withSocket<Value>(_ body: (Int32) throws -> Value) rethrows -> Value {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return try body(descriptor)
    }

    private static func accepts(_ port: UInt16) -> Bool {
        withSocket { descriptor in
            let address = loopback(port)
            return withUnsafePointer(to: address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
        }
    }

    /// A port that nobody listens on now.
    /// A port of 127.0.0.1 that nobody has now.
    package static func freePort() throws -> UInt16 {
        try withSocket { descriptor in
            var address = loopback(0)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
                }
            }
            guard status == 0 else { throw HarnessError("No free port: \(String(cString: strerror(errno)))") }
            return UInt16(bigEndian: address.sin_port)
        }
    }
}
