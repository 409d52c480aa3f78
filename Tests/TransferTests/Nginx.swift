import Foundation
import Synchronization

/// nginx on 127.0.0.1 over a folder of its own, without listings: the plain web server of a repository's mirror.
/// Ended by its process id when it goes away.
final class Nginx: Sendable {
    let folder: URL
    let port: UInt16
    private let process = Mutex<Process?>(nil)
    private let tls: Bool

    struct Failed: Error { let log: String }

    /// With `tls` makes a certificate for 127.0.0.1 that no system trusts, in `certificate`.
    init(tls: Bool = false) throws {
        self.tls = tls
        folder = FileManager.default.temporaryDirectory.appending(path: "lifeboat-nginx-\(UUID().uuidString)")
        port = try Loopback.freePort()
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        if tls { try makeCertificate() }
        try Data(configuration.utf8).write(to: folder.appending(path: "nginx.conf"))
        try start()
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: folder)
    }

    var root: URL { folder.appending(path: "root") }
    var url: String { "\(tls ? "https" : "http")://127.0.0.1:\(port)" }
    var certificate: String { folder.appending(path: "cert.pem").path }

    /// Each connection's number once per request, in order.
    var connectionsByRequest: [Int] {
        let log = (try? String(contentsOf: folder.appending(path: "access.log"), encoding: .utf8)) ?? ""
        return log.split(separator: "\n").compactMap { Int($0) }
    }

    func put(_ name: String, _ bytes: [UInt8]) throws {
        let file = root.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func start() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/nginx")
        process.arguments = ["-p", folder.path, "-c", "nginx.conf", "-e", "error.log"]
        try process.run()
        self.process.withLock { $0 = process }
        let deadline = ContinuousClock.now + .seconds(20)
        while !Loopback.answers(port) {
            guard process.isRunning, ContinuousClock.now < deadline else {
                let log = try? String(contentsOf: folder.appending(path: "error.log"), encoding: .utf8)
                throw Failed(log: log ?? "no error.log")
            }
            usleep(10_000)
        }
    }

    func stop() {
        process.withLock {
            // Not SIGTERM: threads of a test run block signals, and a process started from one inherits that.
            if let process = $0 { kill(process.processIdentifier, SIGKILL) }
            $0?.waitUntilExit()
            $0 = nil
        }
    }

    private var configuration: String {
        let secure = "ssl_certificate \(certificate); ssl_certificate_key \(folder.path)/key.pem;"
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path tmp-\($0);" }
        return """
            daemon off; master_process off; pid nginx.pid;
            events { worker_connections 64; }
            http {
                \(temporary.joined(separator: " "))
                log_format number '$connection'; access_log access.log number;
                server {
                    listen 127.0.0.1:\(port)\(tls ? " ssl" : "");
                    \(tls ? secure : "")
                    root root; autoindex off;
                    location /secret/ { deny all; }
                }
            }
            """
    }

    private func makeCertificate() throws {
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        openssl.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=lifeboat test", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", folder.appending(path: "key.pem").path, "-out", certificate,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
    }
}
