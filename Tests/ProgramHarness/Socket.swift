import Foundation

/// A connection to 127.0.0.1 for what curl does not do: send half a request, read slowly, listen and keep silent.
package final class Socket: Sendable {
    private let descriptor: Int32
    package let port: Int

    private init(_ descriptor: Int32, port: Int) {
        self.descriptor = descriptor
        self.port = port
    }

    deinit { close(descriptor) }

    package static func connect(_ port: Int) throws -> Socket {
        let socket = Socket(Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0), port: port)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard socket.withAddress(port, { Glibc.connect(socket.descriptor, $0, $1) }) == 0 else {
            throw HarnessError("Nobody listens on port \(port): \(String(cString: strerror(errno)))")
        }
        return socket
    }

    package static func answers(_ port: Int) -> Bool {
        // No answer is an answer here.
        (try? connect(port)) != nil
    }

    /// Listens on a port that the kernel chose and never says a word: connections come to be, and that is all.
    package static func silent() throws -> Socket {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let probe = Socket(descriptor, port: 0)
        guard probe.withAddress(0, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, 16) == 0,
            withUnsafeMutablePointer(
                to: &address,
                { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) } }) == 0
        else { throw HarnessError("Cannot listen: \(String(cString: strerror(errno)))") }
        return Socket(dup(descriptor), port: Int(UInt16(bigEndian: address.sin_port)))
    }

    package func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw HarnessError("The connection takes no bytes: \(String(cString: strerror(errno)))")
        }
    }

    /// Up to `count` bytes, at least one; empty at the end of the connection or after 20 seconds without one.
    package func receive(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(descriptor, &bytes, count, 0)
        return Array(bytes.prefix(max(0, received)))
    }

    /// Everything until the other side closes.
    package func receiveAll() -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let part = receive(1 << 20)
            if part.isEmpty { return all }
            all += part
        }
    }

    private func withAddress(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
