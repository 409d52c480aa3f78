import Glibc
import LinuxSystem

/// One end of the stream between the console that works and one that is attached to it (`unix(7)`). Never waits.
struct JobSocket: ~Copyable, Sendable {
    /// For poll(2); valid as long as the owner.
    let number: Int32

    fileprivate init(owning number: Int32) { self.number = number }

    /// Connects to what listens at `path`. `ENOENT` or `ECONNREFUSED` when nobody does.
    init(connectingTo path: String) throws(SystemCallError) {
        let opened = try JobAddress.socket(path)
        guard JobAddress.with(path, { connect(opened, $0, $1) }) == 0 else {
            defer { close(opened) }
            throw JobAddress.error("connect", path)
        }
        number = opened
    }

    deinit { close(number) }

    /// What has arrived, up to `limit` bytes; empty when nothing has, nil when the other side has closed.
    func read(limit: Int = 1 << 16) throws(SystemCallError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = recv(number, &bytes, limit, Int32(MSG_DONTWAIT))
        if count > 0 { return Array(bytes[..<count]) }
        if count == 0 || errno == ECONNRESET { return nil }
        if errno == EAGAIN || errno == EINTR { return [] }
        throw JobAddress.error("recv", "attached console")
    }

    /// Sends what the other side takes at once; answers how many bytes that were. `EPIPE` when it has closed.
    func write(_ bytes: ArraySlice<UInt8>) throws(SystemCallError) -> Int {
        let count = bytes.withUnsafeBytes {
            send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        if count >= 0 { return count }
        if errno == EAGAIN || errno == EINTR { return 0 }
        throw JobAddress.error("send", "attached console")
    }
}

/// Where consoles attach to the one that works: a socket beside its lock. The name stays when the owner goes; who connects then is
/// refused.
final class Door: Sendable {
    /// For poll(2); valid as long as the owner.
    let number: Int32

    /// Replaces what lies there. Only the user of this process can connect.
    init(_ directory: String) throws(SystemCallError) {
        let path = Self.path(directory)
        number = try JobAddress.socket(path)
        // Before bind(2): the name gets this mode, less the umask, and is never open to others.
        guard fchmod(number, 0o600) == 0 else { throw JobAddress.error("fchmod", path) }
        _ = try Files.remove(path)
        guard JobAddress.with(path, { bind(number, $0, $1) }) == 0 else { throw JobAddress.error("bind", path) }
        guard listen(number, 8) == 0 else { throw JobAddress.error("listen", path) }
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
    }

    deinit { close(number) }

    static func path(_ directory: String) -> String { "\(directory)/job.socket" }

    /// Who has connected; nil while nobody has.
    func accept() throws(SystemCallError) -> JobSocket? {
        let accepted = Glibc.accept(number, nil, nil)
        guard accepted >= 0 else {
            if [EAGAIN, EINTR, ECONNABORTED].contains(errno) { return nil }
            throw JobAddress.error("accept", "attached console")
        }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return JobSocket(owning: accepted)
    }
}

/// A path as sockets take it.
private enum JobAddress {
    static func socket(_ path: String) throws(SystemCallError) -> Int32 {
        guard path.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
            throw SystemCallError(call: "socket", number: ENAMETOOLONG, path: path)
        }
        let number = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw error("socket", path) }
        return number
    }

    /// `path` is short enough, as `socket` has seen.
    static func with(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    static func error(_ call: String, _ path: String) -> SystemCallError {
        SystemCallError(call: call, number: errno, path: path)
    }
}
