internal import LinuxSystem

/// Owner of a directory that only this user may enter, for a server's socket and its messages.
struct SocketDirectory: ~Copyable {
    private let path: String

    var socket: String { "\(path)/nbd" }
    var messages: String { "\(path)/messages" }

    /// In /run, or in /tmp for users who may not write there.
    init() throws(SystemCallError) {
        let name = "lifeboat-image-\(try RunningSystem.randomName(bytes: 16))"
        do throws(SystemCallError) {
            try Files.makeDirectories("/run/\(name)", mode: 0o700)
            path = "/run/\(name)"
        } catch  where error.isDenied {
            try Files.makeDirectories("/tmp/\(name)", mode: 0o700)
            path = "/tmp/\(name)"
        }
    }

    deinit {
        // What stays behind is a dead socket in a private directory, and there is nobody to tell.
        for file in [socket, messages] { _ = try? Files.remove(file) }
        try? Files.removeDirectory(path)
    }
}
