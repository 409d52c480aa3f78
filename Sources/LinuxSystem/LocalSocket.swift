internal import Glibc

/// Owner of one end of a stream between processes of this machine (`unix(7)`, `SOCK_STREAM`).
package struct LocalSocket: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Connects to what listens at `path`. `ENOENT` or `ECONNREFUSED` while nobody does.
    package init(connectingTo path: String) throws(SystemCallError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemCallError(call: "connect", number: ENAMETOOLONG, path: path)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let number = try kernel("socket", path) { answer(socket(AF_UNIX, kind, 0)) }
        let made = FileDescriptor(owning: Int32(number), path: path)
        _ = try kernel("connect", path) {
            withUnsafePointer(to: address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    answer(connect(made.number, $0, socklen_t(MemoryLayout<sockaddr_un>.size)))
                }
            }
        }
        descriptor = made
    }

    /// What has arrived, up to `limit` bytes; empty when nothing has, nil when the other side has closed. Does not wait.
    package func read(limit: Int = 1 << 16) throws(SystemCallError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        do throws(SystemCallError) {
            let count = try kernel("recv", descriptor.path) {
                answer(recv(descriptor.number, &bytes, limit, Int32(MSG_DONTWAIT)))
            }
            return count == 0 ? nil : Array(bytes[..<Int(count)])
        } catch {
            if error.number == EAGAIN { return [] }
            if error.number == ECONNRESET { return nil }
            throw error
        }
    }

    /// Sends all bytes; waits while the other side does not take them.
    package func write(_ bytes: [UInt8]) throws(SystemCallError) {
        var done = 0
        while done < bytes.count {
            done += Int(
                try kernel("send", descriptor.path) {
                    bytes[done...].withUnsafeBytes {
                        answer(send(descriptor.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)))
                    }
                })
        }
    }
}
