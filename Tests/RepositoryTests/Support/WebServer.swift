import Foundation
import LinuxSystem

/// nginx on 127.0.0.1 over a folder, listings off: any web server that serves the tree. Ended by its process id.
final class WebServer {
    private let folder: URL
    private let process = Process()
    let url: String

    struct Failed: Error {}

    init(serving path: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "lifeboat-web-\(UUID().uuidString)")
        let port = try Self.freePort()
        url = "http://127.0.0.1:\(port)/"
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path tmp-\($0);" }
        let configuration = """
            daemon off; master_process off; pid nginx.pid;
            events { worker_connections 64; }
            http {
                \(temporary.joined(separator: " ")) access_log off;
                server { listen 127.0.0.1:\(port); root \(path); autoindex off; }
            }
            """
        try Data(configuration.utf8).write(to: folder.appending(path: "nginx.conf"))
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/nginx")
        process.arguments = ["-p", folder.path, "-c", "nginx.conf", "-e", "error.log"]
        try process.run()
        let deadline = ContinuousClock.now + .seconds(20)
        while !Self.answers(port) {
            guard process.isRunning, ContinuousClock.now < deadline else { throw Failed() }
            Clocks.sleep(nanoseconds: 10_000_000)
        }
    }

    deinit {
        // Not SIGTERM: threads of a test run block signals, and a process started from one inherits that.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    /// A port that was free a moment ago.
    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw Failed() }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func answers(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port: port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        return address
    }
}
