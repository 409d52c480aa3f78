import Foundation

/// One end of a stream socket in the file system, connected to QEMU.
package final class UnixSocket: Sendable {
    private let descriptor: Int32

    /// Connects, and goes on trying while the other side has not made its socket yet.
    package init(path: String, within seconds: Double) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw HarnessError("The socket path \(path) is too long")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        while true {
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            if status == 0 {
                self.descriptor = descriptor
                return
            }
            let reason = String(cString: strerror(errno))
            close(descriptor)
            guard Date() < deadline else {
                throw HarnessError("Cannot connect to \(path) within \(Int(seconds)) s: \(reason)")
            }
            usleep(20_000)
        }
    }

    /// Blocks until bytes arrive; returns none at the end of the connection.
    package func read() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(descriptor, &bytes, bytes.count, 0)
            if count < 0, errno == EINTR { continue }
            return Array(bytes.prefix(max(count, 0)))
        }
    }

    package func write(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw HarnessError("The machine closed the connection") }
            rest = rest.dropFirst(count)
        }
    }

    /// Ends a `read` that waits in another thread.
    package func shutDown() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    deinit {
        close(descriptor)
    }
}
